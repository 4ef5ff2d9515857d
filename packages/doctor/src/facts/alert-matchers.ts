import { wholly } from './go-pattern.js';

export type Labels = Readonly<Record<string, string>>;

/** Returns the value of an alert's label: empty if it has none, undefined if that is unknown. */
export interface ValueOf {
  (name: string): string | undefined;
  /** Labels whose value is one of many: a matcher that it does not fit may fit another. */
  readonly examples?: readonly string[];
}

/** Makes an alert that has these labels and no others. */
export function exactly(labels: Labels): ValueOf {
  return (name) => labels[name] ?? '';
}

/** Makes an alert that has these labels, and maybe others. */
export function atLeast(labels: Labels, examples: readonly string[] = []): ValueOf {
  return Object.assign((name: string) => labels[name], { examples });
}

/** A condition on labels, as routes write it. Old configurations use `match` and `match_re`. */
export interface Matching {
  readonly matchers?: readonly string[] | undefined;
  readonly match?: Labels | undefined;
  readonly match_re?: Labels | undefined;
}

interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/** Tells whether an alert fits a condition. Returns undefined if that depends on unknown labels. */
export function matches({ matchers = [], match = {}, match_re = {} }: Matching, alert: ValueOf) {
  const all = [...matchers.flatMap(parsed), ...written(match, '='), ...written(match_re, '=~')];
  const results = all.map((matcher) => {
    const result = holds(matcher, alert(matcher.name));
    return result === false && alert.examples?.includes(matcher.name) ? undefined : result;
  });
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

/** Tells whether labels fit all matchers in Alertmanager's syntax, such as `severity=~"critical|warning"`. */
export function matchesAll(matchers: readonly string[], labels: Labels): boolean {
  return matches({ matchers }, exactly(labels)) === true;
}

const MATCHER = /([\w.:-]+)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,}\s]+))/g;

/** Reads the matchers of a text, which may have several in braces. */
function parsed(text: string): Matcher[] {
  return [...text.matchAll(MATCHER)].map(([, name = '', operator = '', quoted, bare = '']) => ({
    name,
    operator,
    value: quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1'),
  }));
}

function written(labels: Labels, operator: string): Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({ name, operator, value: String(value) }));
}

function holds({ operator, value }: Matcher, has: string | undefined): boolean | undefined {
  if (has === undefined) return undefined;
  const isEqual = operator.includes('~') ? fits(value, has) : has === value;
  if (isEqual === undefined) return undefined;
  return operator.startsWith('!') ? !isEqual : isEqual;
}

/** Tells whether a pattern fits a whole text. Returns undefined for a pattern that only Go knows. */
function fits(pattern: string, value: string): boolean | undefined {
  return wholly(pattern)?.test(value);
}
