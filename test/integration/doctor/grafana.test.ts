import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards, optionalSections } from '../../../dashboards/dashboards.js';
import { resourceOf } from '../../../dashboards/v2/resource.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { type Broken, diagnosis, examined, rows } from '../../support/doctor.js';
import { type NotesServer, serve } from '../../support/notes-server.js';
import { answering, pass } from '../../support/passing.js';
import { type Arranged, SHIPPED, SOURCES, shippedGrafana, sources } from '../../support/shipped-grafana.js';
import type { WatchedGrafana } from '../../support/watched-grafana.js';
import { SCRAPE_INTERVAL, watchNotes } from '../../support/watched-notes.js';

const children = new Children(() => {});
const endings: (() => unknown)[] = [];

let notes: NotesServer;
let prometheus: URL;
/** One that has no servers. */
let elsewhere: URL;

beforeAll(async () => {
  const [watched, empty] = await Promise.all([
    watchNotes(),
    Prometheus.startWith('global: { scrape_interval: 1s }\n', children.start.bind(children)),
  ]);
  ({ notes, prometheus } = watched);
  elsewhere = new URL(empty.url);
  endings.push(watched.close);
});
afterAll(async () => {
  await children.stop();
  for (const end of endings) await end();
});

/** A Grafana with all dashboards, and how the doctor is told of it. */
async function grafana(arranged: Arranged = {}) {
  const { close, ...told } = await shippedGrafana(prometheus, arranged);
  endings.push(close);
  return told;
}

const asked = async (arranged: Arranged = {}) => {
  const { stand: _, ...settings } = await grafana(arranged);
  return settings;
};

const server = () => ({ url: notes.url, admin: notes.admin });
const EVENT_LOOP = 'max(nodejs_eventloop_utilization';

/** The Prometheus that has the servers, with other answers to queries that begin so. */
async function saying(
  ...answers: readonly (readonly [query: string, samples: Parameters<typeof answering>[1]])[]
) {
  const changes = answers.map(([query, samples]) => answering(query, samples));
  const { url, close } = await pass(prometheus, {
    // Of rules that have not run yet nothing is expected.
    change: (said, path) =>
      changes.reduce(
        (text, change) => change(text, path),
        said.replaceAll('"lastEvaluation":"0001', '"lastEvaluation":"2001'),
      ),
  });
  endings.push(close);
  return url;
}

/** What each broken set-up is asked for, by the code that it gets. */
const BROKEN: Broken = {
  'PMCP-D250': ['its database is away', () => asked({ database: 'failing' })],
  'PMCP-D251': ['it does not know the token', () => asked({ token: 'old' })],
  'PMCP-D252': ['it is four years old', () => asked({ version: '9.5.2' })],
  'PMCP-D253': [
    'somebody deleted a dashboard',
    () => asked({ spoil: ({ dashboards }) => void dashboards.delete('pmcp-tools') }),
  ],
  'PMCP-D254': [
    'a dashboard was moved away',
    () =>
      asked({
        spoil: ({ dashboards }) =>
          void dashboards.set('pmcp-tools', { ...dashboards.get('pmcp-tools')!, folderUid: 'attic' }),
      }),
  ],
  'PMCP-D255': [
    'a dashboard is of another version',
    () =>
      asked({
        spoil: (stand) =>
          stand.edit(
            'pmcp-tools',
            JSON.parse(
              JSON.stringify({ panels: SHIPPED.find(({ uid }) => uid === 'pmcp-tools')!.panels }).replaceAll(
                'pmcp_requests:rate5m',
                'pmcp_calls:rate5m',
              ),
            ),
          ),
      }),
  ],
  'PMCP-D256': [
    'a dashboard was edited by hand',
    () => asked({ spoil: (stand) => stand.edit('pmcp-tools', { title: 'Mine' }) }),
  ],
  'PMCP-D257': [
    'somebody copied a dashboard',
    () =>
      asked({
        spoil: ({ dashboards }) =>
          void dashboards.set('adxyz123', { ...dashboards.get('pmcp-tools')!, folderUid: 'attic' }),
      }),
  ],
  'PMCP-D150': [
    'relabeling drops what a panel reads',
    async () => ({ ...server(), prometheus: await saying([EVENT_LOOP, []]) }),
  ],
  'PMCP-D266': [
    'the data source gives another answer than its Prometheus',
    async () => ({ ...server(), prometheus, ...(await asked({ asks: await saying([EVENT_LOOP, []]) })) }),
  ],
  'PMCP-D260': [
    'it has no Prometheus data source',
    () => asked({ dataSources: SOURCES.filter(({ type }) => type !== 'prometheus') }),
  ],
  'PMCP-D261': [
    'the data source has the address of Grafana itself',
    () =>
      asked({ health: { status: 'ERROR', message: 'dial tcp 127.0.0.1:9090: connect: connection refused' } }),
  ],
  'PMCP-D262': [
    'it asks another Prometheus',
    async () => ({ ...(await asked({ asks: elsewhere })), prometheus }),
  ],
  'PMCP-D263': [
    'it takes 15 s for the scrape interval',
    () => asked({ dataSources: sources('prometheus', { timeInterval: '' }) }),
  ],
  'PMCP-D264': [
    'traces lead to a data source of logs that is gone',
    () => asked({ dataSources: SOURCES.filter(({ type }) => type !== 'loki') }),
  ],
  'PMCP-D265': [
    'exemplars lead nowhere',
    () => asked({ dataSources: sources('prometheus', { exemplarTraceIdDestinations: [] }) }),
  ],
  'PMCP-D270': [
    'alerts were brought to it and to Prometheus',
    () => asked({ alerts: ['PmcpToolSlow', 'PmcpAvailabilityBurnFast 1h', 'Mine'] }),
  ],
  'PMCP-D271': ['whoever comes by may edit', () => asked({ anonymous: 'Editor' })],
  'PMCP-D272': ['every page may embed it', () => asked({ embeds: true })],
  'PMCP-D273': ['a dashboard is shared with everybody', () => asked({ shared: ['pmcp-overview'] })],
};

describe('the doctor before a Grafana', () => {
  it.concurrent.each<readonly [string, Arranged]>([
    ['with the API of resources', {}],
    ['with the older API', { generation: 'legacy', version: '11.6.0' }],
    ['that shows visitors its dashboards', { anonymous: 'Viewer' }],
    ['whose alerts are its own', { alerts: ['Mine', 'PmcpOfMine'] }],
    ['that shares what is not ours', { shared: ['theirs'] }],
    [
      'without traces and logs',
      {
        dataSources: SOURCES.slice(0, 1).map((source) => ({
          ...source,
          jsonData: { timeInterval: SCRAPE_INTERVAL },
        })),
      },
    ],
    ['that asks a store without targets', { lacks: '/api/v1/targets' }],
    [
      'that keeps dashboards in the newer schema',
      {
        newer: new Map(SHIPPED.map((one) => [one.uid, resourceOf(one, optionalSections(one.uid)).spec])),
      },
    ],
    [
      'with dashboards for native histograms',
      {
        spoil: ({ dashboards }) => {
          for (const spec of allDashboards('native'))
            dashboards.set(spec.uid, { spec, folderUid: 'pmcp', version: 1 });
        },
      },
    ],
  ])('finds nothing wrong with one %s', async (_, arranged) => {
    expect(await diagnosis({ ...(await asked(arranged)), prometheus })).toEqual({});
  });

  it.concurrent.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: expect.anything() });
  });

  it('goes all the way from a call to the panels, and finds nothing wrong', async () => {
    expect(await diagnosis({ ...server(), ...(await asked()), prometheus })).toEqual({});
  });

  it('says who is no Grafana, and that nobody listens', async () => {
    const other = await serve((_, response) => void response.end('<h1>Welcome</h1>'));
    endings.push(other.close);
    expect(await diagnosis({ grafana: other.url })).toEqual({
      'PMCP-D250': [expect.stringContaining('is not Grafana: it answers 200')],
    });
    const gone = new URL(`http://127.0.0.1:${await freePort()}`);
    expect(await diagnosis({ grafana: gone })).toEqual({
      'PMCP-D250': [expect.stringContaining('ECONNREFUSED')],
    });
  });

  it('names the panels that somebody changed, added and removed', async () => {
    const spoil = (stand: WatchedGrafana) => {
      const [first, second, ...rest] = SHIPPED.find(({ uid }) => uid === 'pmcp-overview')!.panels;
      const mine = { ...second!, title: 'Mine' };
      stand.edit('pmcp-overview', { panels: [{ ...first!, description: 'Look here' }, mine, ...rest] });
    };
    expect(await diagnosis(await asked({ spoil }))).toEqual({
      'PMCP-D256': [
        'pmcp-overview is not as it ships: panels changed: Firing alerts; added: Mine; removed: Error rate',
      ],
    });
  });

  it('names what is missing and what was changed at once, for neither explains the other', async () => {
    const spoil = (stand: WatchedGrafana) => {
      stand.dashboards.delete('pmcp-tools');
      stand.edit('pmcp-nodejs', { title: 'Node by Ann' });
    };
    expect(await diagnosis(await asked({ spoil }))).toEqual({
      'PMCP-D253': ['Grafana lacks 1 of the 9 dashboards: pmcp-tools'],
      'PMCP-D256': ['pmcp-nodejs is not as it ships: its settings or its layout were changed'],
    });
  });

  it('does not take a place that was moved, or the order of keys, for another panel', async () => {
    const backwards = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(backwards);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, backwards(inner)]),
      );
    };
    const spoil = (stand: WatchedGrafana) => {
      for (const spec of SHIPPED) stand.edit(spec.uid, backwards(spec) as Record<string, unknown>);
    };
    expect(await diagnosis(await asked({ spoil }))).toEqual({});
  });

  it.each([
    ['/api/dashboards/public-dashboards', 'PMCP-D273', 'dashboards:read'],
    ['/api/prometheus/grafana/api/v1/rules', 'PMCP-D270', 'alert.rules:read'],
  ])('says what it may not look at: %s', async (path, code, permission) => {
    const denies = (given: string) => (given === path ? permission : undefined);
    expect(await diagnosis(await asked({ denies }))).toEqual({
      [code]: [expect.stringMatching(new RegExp(`can't be told: Grafana answers 403 .*${permission}`))],
    });
  });

  it('says that a token may read no dashboards, and looks at nothing behind it', async () => {
    const denies = (path: string) => (/search|dashboard/.test(path) ? 'dashboards:read' : undefined);
    expect(await diagnosis(await asked({ denies }))).toEqual({
      'PMCP-D251': [
        expect.stringContaining('Permissions needed: dashboards:read; the token needs the role Viewer'),
      ],
    });
  });

  it('changes nothing, and shows its token to Grafana alone', async () => {
    const { stand, ...settings } = await grafana({ anonymous: 'Editor', shared: ['pmcp-overview'] });
    const results = await examined({ ...settings, prometheus });
    expect(stand.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    const text = JSON.stringify(results.map(({ outcome }) => outcome));
    for (const secret of ['secret', '6c13ec1997ba48c5af8c9c5079049692']) expect(text).not.toContain(secret);
  });
});
