import { ConfigMap } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { allDashboards } from './dashboards.js';
import { configMaps, grafanaDashboards } from './objects.js';
import { dataSources, provider } from './provisioning.js';

const dashboards = allDashboards();
const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS());

/** The maximum size of a ConfigMap. */
const LIMIT = 1_048_576;

describe('the ConfigMaps for the sidecar', () => {
  it('are valid, small enough, and contain every dashboard', () => {
    const maps = documents(configMaps(dashboards));
    for (const map of maps) {
      new ConfigMap(map).validate();
      expect(map.metadata.labels).toEqual({ grafana_dashboard: '1' });
      expect(JSON.stringify(map).length).toBeLessThan(LIMIT);
    }
    const held = maps.flatMap(({ data }) => Object.values<string>(data).map((text) => JSON.parse(text)));
    expect(held).toEqual(dashboards);
  });
});

describe('the objects for the operator', () => {
  it('contain every dashboard', () => {
    const objects = documents(grafanaDashboards(dashboards));
    expect(objects.map(({ spec }) => JSON.parse(spec.json))).toEqual(dashboards);
  });
});

describe('the provisioning files', () => {
  it('use existing data sources in all links between them', () => {
    const text = dataSources();
    const { datasources } = parse(text);
    const uids = datasources.map(({ uid }: { uid: string }) => uid);
    const linked = [...text.matchAll(/datasourceUid: (\w+)/g)].map(([, uid]) => uid);
    expect(new Set(linked)).toEqual(new Set(['tempo', 'loki']));
    expect(uids).toEqual(expect.arrayContaining(linked));
  });

  it('prevent changes in the browser that the next start would undo', () => {
    expect(parse(provider()).providers).toMatchObject([{ allowUiUpdates: false, type: 'file' }]);
  });
});
