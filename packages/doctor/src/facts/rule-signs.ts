import { signOf } from './canonical.js';
import type { Rule } from './prometheus.js';
import { SHIPPED_RULES } from './shipped-rules.js';

/** The names of loaded rules that differ from those that ship with this version. */
export interface Differences {
  /** Recording rules that are not loaded. Alerts may be left out on purpose, but dashboards need all recording rules. */
  readonly missing: readonly string[];
  /** Alerts with our prefix that this version does not have. */
  readonly unknown: readonly string[];
  /** Rules with a shipped name but another expression. */
  readonly edited: readonly string[];
}

export function differences(loaded: readonly Rule[]): Differences {
  const names = new Set(loaded.map(({ name }) => name));
  const shipped = new Map(Object.entries(SHIPPED_RULES).map(([name, signs]) => [name, signs.split(' ')]));
  return {
    missing: [...shipped.keys()].filter((name) => name.includes(':') && !names.has(name)),
    unknown: [...names].filter((name) => /^Pmcp[A-Z]/.test(name) && !shipped.has(name)),
    edited: [
      ...new Set(
        loaded
          .filter(({ name, query }) => shipped.get(name)?.includes(signOf(query)) === false)
          .map(({ name }) => name),
      ),
    ],
  };
}
