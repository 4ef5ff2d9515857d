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
const SCRAPES = 4;

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
    .replaceAll(/ or vector\(0\)/g, '')
    .replaceAll(/ > \d+/g, '');
}

/** For a regular expression in a text of PromQL. */
function quoted(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
}

/** The names of all series that a query reads. */
export function seriesOf(query: string): string[] {
  return [...query.matchAll(/(?<![\w:])([a-zA-Z_][\w:]*)\{/g)].map(([, name = '']) => name);
}
