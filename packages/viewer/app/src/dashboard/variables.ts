import { labelValues, queryInstant } from '../api/prometheus.js';
import type { Variable } from '../model/dashboard.js';
import { ALL, interpolate, type Lookup, type Value } from '../model/interpolate.js';
import { seriesName } from '../model/legend.js';
import { applyRegex, parseVariableQuery, sorted } from '../model/variable-query.js';
import type { Contents } from '../page/contents.js';

/** A variable with what can be chosen and what is. */
export interface Resolved {
  readonly variable: Variable;
  /** Undefined until they are known. */
  readonly options: readonly string[] | undefined;
  /** `$__all` alone for all. */
  readonly chosen: readonly string[];
  readonly error?: string | undefined;
}

/** What is chosen by the address, or else by the dashboard, before anything is known of what there is. */
export function chosenAtFirst(variable: Variable, parameters: URLSearchParams): readonly string[] {
  const given = parameters.getAll(`var-${variable.name}`);
  if (given.length > 0) return given;
  if (variable.type === 'textbox' || variable.type === 'constant') return [queryText(variable)];
  const { value } = variable.current ?? {};
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  if (values.some((single) => single !== '')) return values;
  return variable.includeAll ? [ALL] : [];
}

/** What a variable is before anybody was asked, and whether no answer can make it something else. */
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

/** What can be chosen for a variable that nobody has to be asked for. */
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

/** Only what there is can stay chosen; in its place comes all, or else the first. */
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

/** What can be chosen for a variable, given those before it. */
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
