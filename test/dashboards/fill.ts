import type { Dashboard, Variable } from './model.js';

/** The variables that Grafana provides itself. */
const BUILT_IN = {
  __rate_interval: '1m',
  __interval: '15s',
  __range: '1h',
  __range_s: '3600',
  __auto: '1m',
};

type Values = Readonly<Record<string, string>>;

/** Returns a query with its variables filled in, as Grafana does before it sends the query. */
export function filled(query: string, values: Values): string {
  const all: Values = { ...BUILT_IN, ...values };
  return query.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (variable, braced: string, plain: string) => {
    const value = all[braced ?? plain];
    if (value === undefined)
      throw new Error(`Expected ${variable} to be a variable of the dashboard: ${query}`);
    return value;
  });
}

/** Returns what a query counts that is made only for exemplars: it has no result on purpose, but its series must exist. */
export function seriesOfExemplars(query: string): string {
  return query.replaceAll(/ offset \w+|(?<=\)) < 0/g, '');
}

/** Returns every variable with its value when the dashboard is opened: `All`. */
export function opened({ templating }: Dashboard): Values {
  return Object.fromEntries(templating.list.map((variable) => [variable.name, allOf(variable)]));
}

function allOf({ allValue, name }: Variable): string {
  return allValue ?? name;
}
