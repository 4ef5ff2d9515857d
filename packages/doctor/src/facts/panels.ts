import { secondsOf } from './duration.js';
import type { Target } from './prometheus.js';

/** What a panel asks Prometheus. */
export interface PanelQueries {
  readonly title: string;
  readonly queries: readonly string[];
}

interface PanelLike {
  readonly title?: string;
  readonly panels?: readonly PanelLike[];
  readonly targets?: readonly { readonly expr?: string }[];
}

/** The panels of a dashboard in the classic schema that ask Prometheus, in their order. */
export function panelQueries({ panels = [] }: { readonly panels?: readonly unknown[] }): PanelQueries[] {
  return (panels as readonly PanelLike[]).flatMap(({ title = '', targets = [], panels: inner }) => {
    const queries = targets.flatMap(({ expr }) => expr ?? []);
    return [
      ...(queries.length > 0 ? [{ title, queries }] : []),
      ...(inner ? panelQueries({ panels: inner }) : []),
    ];
  });
}

/** Labels by which the variables of a dashboard choose, and what stands for any value where the server has no such label. */
const CHOSEN = { cluster: '.*', namespace: '.*', job: '.+', instance: '.+' } as const;
/** As Grafana makes it: four scrapes. */
export const SCRAPES = 4;

/** A query as Grafana sends it when the server is chosen, but for what hides zeros or makes one where there is nothing. */
export function askedFor(query: string, { labels, scrapeInterval }: Target): string {
  const values = Object.entries(CHOSEN).map(([name, any]): [string, string] => [
    name,
    labels[name] ? quoted(labels[name]) : any,
  ]);
  const known = new Map<string, string>([
    ...values,
    ['__rate_interval', `${SCRAPES * secondsOf(scrapeInterval)}s`],
  ]);
  return query
    .replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (_, name: string) => known.get(name) ?? '.*')
    .replace(/ or vector\(0\)$/, '')
    .replaceAll(/ > \d+/g, '');
}

/** For a regular expression in a text of PromQL. */
function quoted(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
}

/** What a query reads: a name, and the conditions beside those that choose a server. */
export interface Selector {
  readonly name: string;
  readonly conditions: readonly string[];
}

export function selectorsOf(query: string): Selector[] {
  return [...query.matchAll(/(?<![\w:])([a-zA-Z_][\w:]*)\{([^}]*)\}/g)].map(([, name = '', inner = '']) => ({
    name,
    conditions: (inner.match(/\w+\s*(?:=~|!~|!=|=)\s*"[^"]*"/g) ?? []).filter((one) => !one.includes('$')),
  }));
}
