import { secondsOf } from './duration.js';
import type { Target } from './prometheus.js';

/** A panel's queries to Prometheus. */
export interface PanelQueries {
  readonly title: string;
  readonly queries: readonly string[];
}

interface PanelLike {
  readonly title?: string;
  readonly panels?: readonly PanelLike[];
  readonly targets?: readonly { readonly expr?: string }[];
}

/** Returns the panels with queries of a dashboard in the classic schema, in their order. */
export function panelQueries({ panels = [] }: { readonly panels?: readonly unknown[] }): PanelQueries[] {
  return (panels as readonly PanelLike[]).flatMap(({ title = '', targets = [], panels: inner }) => {
    const queries = targets.flatMap(({ expr }) => expr ?? []);
    return [
      ...(queries.length > 0 ? [{ title, queries }] : []),
      ...(inner ? panelQueries({ panels: inner }) : []),
    ];
  });
}

/** Labels that a dashboard's variables select, each with the pattern that is used if the server lacks the label. */
const CHOSEN = { cluster: '.*', namespace: '.*', job: '.+', instance: '.+' } as const;
/** How many scrapes Grafana's `$__rate_interval` covers. */
export const SCRAPES = 4;

/** Returns a query as Grafana sends it for this server, without the parts that hide zeros or turn no data into a zero. */
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

/** Escapes a value for a regular expression inside a PromQL string. */
function quoted(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
}

/** A series that a query reads: its name, and its conditions without those that select a server. */
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
