import { useMemo, useRef } from 'react';
import type { Dashboard } from '../model/dashboard.js';
import { ALL, type Value } from '../model/interpolate.js';
import { useContents } from '../page/contents.js';
import { useAsked } from '../page/use-asked.js';
import type { TimeSpan } from './time-span.js';
import { askOptions, chosenAtFirst, knownAtOnce, type Resolved, settled, toValue } from './variables.js';

export interface Variables {
  readonly list: readonly Resolved[];
  readonly values: Readonly<Record<string, Value>>;
  /** Whether panels can ask already. They need only the chosen values, not the other options. */
  readonly ready: boolean;
}

/** Resolves the dashboard's variables in order, since the options of one depend on those before it. */
export function useVariables(dashboard: Dashboard, parameters: URLSearchParams, span: TimeSpan): Variables {
  const contents = useContents();
  const chosen = dashboard.templating.list
    .map(({ name }) => parameters.getAll(`var-${name}`).join('\n'))
    .join('\n\n');
  const asked = useAsked(
    async (signal) => {
      const list: Resolved[] = [];
      const values: Record<string, Value> = {};
      for (const variable of dashboard.templating.list) {
        const lookup = (name: string) => values[name];
        const asking = { contents, lookup, start: span.start, end: span.end, signal };
        const first: Resolved = { variable, options: undefined, chosen: chosenAtFirst(variable, parameters) };
        const known = await askOptions(variable, asking).then(
          (options): Resolved => ({ ...first, options }),
          (error: Error): Resolved => ({ ...first, error: error.message }),
        );
        const resolved = { ...known, chosen: settled(known) };
        list.push(resolved);
        values[variable.name] = toValue(resolved);
      }
      return { uid: dashboard.uid, list, values };
    },
    [dashboard, chosen, contents, span],
  );
  const found = useMemo(() => {
    if (asked.data?.uid === dashboard.uid) return { ...asked.data, ready: true };
    const known = dashboard.templating.list.map((variable) => knownAtOnce(variable, parameters, contents));
    const list = known.map(({ resolved }) => resolved);
    return {
      list,
      values: Object.fromEntries(list.map((one) => [one.variable.name, toValue(one)])),
      ready: known.every(({ isSettled }) => isSettled),
    };
  }, [asked.data, dashboard, parameters, contents]);
  return useUnlessSame(found);
}

/** Returns the earlier object while its content is the same, so that panels do not ask again without need. */
function useUnlessSame<T>(value: T): T {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

/** Returns the chosen values, or all options if "All" is chosen. */
export function eachChosen({ list }: Variables, name: string): readonly string[] {
  const found = list.find(({ variable }) => variable.name === name);
  if (!found) return [];
  return found.chosen.includes(ALL) ? (found.options ?? []) : found.chosen;
}
