import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { allDashboards } from '../../dashboards/dashboards.js';
import { dataSources } from '../../dashboards/provisioning.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { type Manner, type Source, WatchedGrafana } from './watched-grafana.js';
import { SCRAPE_INTERVAL } from './watched-notes.js';

/** All dashboards that ship. */
export const SHIPPED = allDashboards();

/** The data sources that ship, for the Prometheus that watches the notes server. */
export const SOURCES: readonly Source[] = (
  parse(dataSources()) as { readonly datasources: readonly Source[] }
).datasources.map((source) =>
  source.type === 'prometheus'
    ? { ...source, jsonData: { ...source.jsonData, timeInterval: SCRAPE_INTERVAL } }
    : source,
);

/** As `SOURCES`, with other options for one kind. */
export function sources(type: string, jsonData: object): readonly Source[] {
  return SOURCES.map((source) =>
    source.type === type ? { ...source, jsonData: { ...source.jsonData, ...jsonData } } : source,
  );
}

/** How it differs from what the toolkit publishes. */
export interface Arranged extends Manner {
  readonly generation?: 'resources' | 'legacy';
  /** What is done to what is in Grafana. */
  readonly spoil?: (grafana: WatchedGrafana) => void;
  /** What is given as its token. */
  readonly token?: string;
  readonly asks?: URL;
}

/** A Grafana with all dashboards, which asks that Prometheus, and how the doctor is told of it. */
export async function shippedGrafana(
  prometheus: URL,
  { generation = 'resources', spoil, token = 'secret', asks = prometheus, ...manner }: Arranged = {},
) {
  const by = new Map(SOURCES.map(({ uid }) => [uid, asks]));
  const stand = new WatchedGrafana(generation, by, { dataSources: SOURCES, ...manner });
  stand.folders.set('pmcp', 'PMCP').set('attic', 'Attic');
  for (const spec of SHIPPED) stand.dashboards.set(spec.uid, { spec, folderUid: 'pmcp', version: 1 });
  spoil?.(stand);
  const grafana = await stand.start();
  const file = join(temporaryFolder('grafana'), 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return { grafana, tokenFile: [`grafana=${file}`], stand, close: () => stand.stop() };
}
