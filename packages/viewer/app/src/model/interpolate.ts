/** The current value of a variable. */
export interface Value {
  /** Several when more than one is chosen. */
  readonly values: readonly string[];
  /** Used unchanged in place of the values when "All" is chosen. */
  readonly all?: string | undefined;
  /** Whether the variable can have several values, so that queries match it with a regular expression. */
  readonly pattern?: boolean;
}

/** Returns the value of a name, or undefined if it is no variable: then the text stays as it is. */
export type Lookup = (name: string) => Value | string | undefined;

const REFERENCE = /\$(\w+)|\$\{([\w.[\]"' -]+?)(?::(\w+))?\}/g;

/** Replaces variables with their values: `$name`, `${name}`, `${name:format}`. */
export function interpolate(text: string, lookup: Lookup, format = 'text'): string {
  return text.replace(REFERENCE, (whole, bare: string | undefined, braced: string, own?: string) => {
    const name = bare ?? braced;
    const value = lookup(name);
    if (value === undefined) return whole;
    if (typeof value === 'string') return value;
    return FORMATS[own ?? format]?.(value, name) ?? whole;
  });
}

type Format = (value: Value, name: string) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  /** For people. */
  text: ({ values, all }) => (all === undefined ? values.join(' + ') : 'All'),
  raw: plain,
  csv: ({ values, all }) => all ?? values.join(','),
  pipe: ({ values, all }) => all ?? values.join('|'),
  regex: ({ values, all }) => all ?? alternatives(values.map(escapeRegex)),
  /** For a string inside PromQL. */
  promql: ({ values, all, pattern }) => {
    if (all !== undefined) return all;
    if (!pattern) return escapeString(values[0] ?? '');
    return alternatives(values.map((value) => escapeString(escapeRegex(value))));
  },
  percentencode: (value, name) => encodeURIComponent(plain(value, name)),
  queryparam: ({ values, all }, name) => {
    const chosen = all === undefined ? values : [ALL];
    return chosen.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
  },
};

/** The value that means "All" in an address. */
export const ALL = '$__all';

function plain({ values, all }: Value, _name: string): string {
  return all ?? (values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`);
}

function alternatives(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `(${patterns.join('|')})`;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('\\/', '/');
}

function escapeString(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
