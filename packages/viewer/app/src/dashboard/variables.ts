import { labelValues, queryInstant } from '../api/prometheus.js';
import type { Variable } from '../model/dashboard.js';
import { ALL, interpolate, type Lookup, type Value } from '../model/interpolate.js';
import { seriesName } from '../model/legend.js';
import { applyRegex, parseVariableQuery, sorted } from '../model/variable-query.js';
import type { Contents } from '../page/contents.js';

/** A variable with its options and its chosen values. */
export interface Resolved {
  readonly variable: Variable;
  /** Undefined until the options are known. */
  readonly options: readonly string[] | undefined;
  /** Contains only `$__all` if all are chosen. */
  readonly chosen: readonly string[];
  readonly error?: string | undefined;
}

/** Returns the values that the address chooses, or else the dashboard, before the options are known. */
export function chosenAtFirst(variable: Variable, parameters: URLSearchParams): readonly string[] {
  const given = parameters.getAll(`var-${variable.name}`);
  if (given.length > 0) return given;
  if (variable.type === 'textbox' || variable.type === 'constant') return [queryText(variable)];
  const { value } = variable.current ?? {};
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  if (values.some((single) => single !== '')) return values;
  return variable.includeAll ? [ALL] : [];
}

/** Returns a variable as it is before any query, and whether no answer can change its value. */
export function knownAtOnce(
  variable: Variable,
  parameters: URLSearchParams,
  contents: Contents,
): { readonly resolved: Resolved; readonly isSettled: boolean } {
  const options = ownOptions(variable, contents);
  const first: Resolved = { variable, options, chosen: chosenAtFirst(variable, parameters) };
  const resolved = { ...first, chosen: settled(first) };
  const all = resolved.chosen.includes(ALL) && Boolean(variable.allValue);
  return { resolved, isSettled: all || options !== undefined };
}

/** Returns the options of a variable that needs no query, or undefined if it needs one. */
function ownOptions(variable: Variable, { dataSources }: Contents): readonly string[] | undefined {
  const text = queryText(variable);
  switch (variable.type) {
    case 'query':
      return undefined;
    case 'datasource':
      return text === 'prometheus' ? dataSources.prometheus.map(({ name }) => name) : [];
    case 'custom':
    case 'interval':
      return text.split(',').map((value) => value.trim());
    default:
      return [text];
  }
}

/** Keeps the chosen values that exist. If none exists, chooses all, or else the first option. */
export function settled({ variable, options, chosen }: Resolved): readonly string[] {
  if (options === undefined || variable.type === 'textbox' || chosen.includes(ALL)) return chosen;
  const left = chosen.filter((value) => options.includes(value));
  if (left.length > 0) return left;
  if (variable.includeAll) return [ALL];
  return options[0] === undefined ? chosen : [options[0]];
}

export function toValue({ variable, options, chosen }: Resolved): Value {
  const pattern = variable.multi === true || variable.includeAll === true;
  if (!chosen.includes(ALL)) return { values: chosen, pattern };
  if (variable.allValue) return { values: options ?? [], all: variable.allValue, pattern };
  return { values: options ?? [], pattern };
}

export function queryText({ query }: Variable): string {
  return typeof query === 'string' ? query : (query?.query ?? '');
}

interface Asking {
  readonly contents: Contents;
  readonly lookup: Lookup;
  readonly start: number;
  readonly end: number;
  readonly signal: AbortSignal;
}

/** Asks for the options of a variable, which depend on the variables before it. */
export async function askOptions(variable: Variable, asking: Asking): Promise<readonly string[]> {
  const { contents, lookup, start, end, signal } = asking;
  const text = queryText(variable);
  const own = ownOptions(variable, contents);
  if (own) return own;
  if (variable.datasource?.type !== 'prometheus') return [];
  const source = interpolate(variable.datasource.uid ?? '', lookup, 'raw');
  const query = parseVariableQuery(interpolate(text, lookup, 'promql'));
  if (query.kind === 'unknown')
    throw new Error(`${variable.name}: expected label_values or query_result, got ${text}`);
  const found =
    query.kind === 'label_values'
      ? await labelValues(source, query.label, query.selector, { start, end }, signal)
      : (await queryInstant(source, query.query, end, signal)).map(({ metric }) =>
          seriesName(undefined, metric),
        );
  return sorted(applyRegex(found, variable.regex));
}
