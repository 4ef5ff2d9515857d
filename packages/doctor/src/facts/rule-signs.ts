import { signOf } from './canonical.js';
import type { Rule } from './prometheus.js';
import { SHIPPED_RULES } from './shipped-rules.js';

/** How the rules that are loaded differ from those that ship with this version. */
export interface Differences {
  /** Recorded by this version and not loaded; alerts can be switched off, and what dashboards draw can not. */
  readonly missing: readonly string[];
  /** Of a name of ours that this version does not have. */
  readonly unknown: readonly string[];
  /** Of the same name, and asking for something else. */
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
