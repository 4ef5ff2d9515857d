import { parse } from 'yaml';
import { wholly } from './go-pattern.js';
import { listAt, type Manifest } from './manifests.js';

/** A rule of prometheus-adapter. */
export interface AdapterRule {
  readonly seriesQuery?: string;
  readonly name?: { readonly matches?: string; readonly as?: string };
}

/** The rules of prometheus-adapter in a ConfigMap. */
export function adapterRules({ kind, content }: Manifest): AdapterRule[] {
  if (kind !== 'ConfigMap') return [];
  return Object.values((content.data ?? {}) as Readonly<Record<string, unknown>>)
    .filter((text) => typeof text === 'string' && text.includes('seriesQuery'))
    .flatMap((text) => rulesIn(text as string));
}

function rulesIn(text: string): readonly AdapterRule[] {
  try {
    const content: unknown = parse(text);
    return ['rules', 'externalRules'].flatMap((key) => listAt<AdapterRule>(content, [key]));
  } catch {
    // The adapter itself says what is wrong with it.
    return [];
  }
}

/** Whether a rule may make a metric of this name. Without `as` it is that of the series. */
export function mayMake(
  { seriesQuery = '', name: { matches = '', as = '' } = {} }: AdapterRule,
  wanted: string,
): boolean {
  const isOfSeries = as === '' ? matches === '' : /^\$\{?0\}?$/.test(as);
  if (!isOfSeries) return as === '' || fitsTemplate(as, wanted);
  const [, own] = /^([a-zA-Z_:][\w:]*)/.exec(seriesQuery) ?? [];
  const [, operator, value = ''] = /__name__\s*(=~?)\s*"([^"]*)"/.exec(seriesQuery) ?? [];
  if (own !== undefined) return own === wanted;
  if (operator === '=') return value === wanted;
  return operator === undefined || (wholly(value)?.test(wanted) ?? true);
}

/** Whether a name fits one with groups, such as `${1}_per_second`. */
function fitsTemplate(template: string, wanted: string): boolean {
  const parts = template.split(/\$\{?\w+\}?/).map((part) => part.replaceAll(/[^\w]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(wanted);
}
