import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const FOLDER = '/etc/grafana/provisioning/dashboards';
const PROVIDERS = `./providers:${FOLDER}:ro`;

const grafana = (mounts: readonly string[], ...lines: readonly string[]) =>
  service('grafana', 'grafana/grafana:12.0.2', 'restart: always', volumes(...mounts), ...lines);
const files = (path: string) => ({
  'dashboards/a.json': '{ "title": "A", "panels": [] }\n',
  'providers/all.yaml': `apiVersion: 1\nproviders: [{ name: a, type: file, options: { path: ${path} } }]\n`,
});

type Row = readonly [mounts: readonly string[], path: string, found: string];

const BROKEN: Readonly<Record<string, readonly Row[]>> = {
  'PMCP-D452': [
    [
      [PROVIDERS, './dashboards:/etc/dashboards'],
      '/var/lib/grafana/dashboards',
      './dashboards at /etc/dashboards, and its providers read /var/lib/grafana/dashboards',
    ],
    [
      [PROVIDERS, './dashboards:/var/lib/grafana/dashboards', 'data:/var/lib/grafana'],
      '/var/lib/grafana/dashboard',
      './dashboards at /var/lib/grafana/dashboards, and its providers read /var/lib/grafana/dashboard',
    ],
    [
      ['./dashboards:/var/lib/grafana/dashboards'],
      '/var/lib/grafana/dashboards',
      './dashboards at /var/lib/grafana/dashboards, and no provider reads any',
    ],
    [
      [PROVIDERS, './dashboards/a.json:/dashboards/a.json'],
      '/var/lib/grafana/dashboards',
      './dashboards/a.json at /dashboards/a.json, and its providers read /var/lib/grafana/dashboards',
    ],
  ],
};

describe('the doctor before the dashboards of Grafana in Compose', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([mounts, path, found]) => ({ code, mounts, path, found })),
  );
  it.concurrent.each(rows)('says $code: $found', async ({ code, mounts, path, found }) => {
    expect(await diagnosis({ manifests: composed(grafana(mounts), files(path)) })).toEqual({
      [code]: [`service grafana has the dashboards of ${found}`],
    });
  });

  const AT = './dashboards:/var/lib/grafana/dashboards';
  it.concurrent.each([
    ['a provider of this folder', grafana([PROVIDERS, AT]), '/var/lib/grafana/dashboards/'],
    ['a provider of the folder above', grafana([PROVIDERS, AT]), '/var/lib/grafana'],
    ['a provider of a folder within', grafana([PROVIDERS, AT]), '/var/lib/grafana/dashboards/a'],
    ['a variable in the path', grafana([PROVIDERS, AT]), '$FOLDER'],
    ['providers that are elsewhere', grafana([AT, `providers:${FOLDER}`]), '/other'],
    [
      'providers of another folder',
      grafana(
        [AT, './providers:/providers/dashboards'],
        'environment: { GF_PATHS_PROVISIONING: /providers }',
      ),
      '/var/lib/grafana/dashboards',
    ],
    [
      'a dashboard of the start page',
      grafana(
        ['./dashboards/a.json:/a.json'],
        'environment: { GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: /a.json }',
      ),
      '/other',
    ],
    ['a folder without dashboards', grafana([PROVIDERS, './rules:/rules']), '/other'],
    ['an image of its own', grafana([AT]).replace('grafana/grafana', 'shop/grafana'), '/other'],
  ])('finds nothing wrong with %s', async (_, services, path) => {
    expect(await diagnosis({ manifests: composed(services, files(path)) })).toEqual({});
  });
});
