import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';
import { type Change, pass } from '../../support/passing.js';
import { until } from '../../support/until.js';

const generated = join(import.meta.dirname, '../../../alerts/generated');
const children = new Children(() => {});

/** Each scraped in another way. */
const WAYS = {
  well: '',
  'by the wrong path': 'metrics_path: /metric',
  'without what counts calls': `metric_relabel_configs: [{ source_labels: [__name__], regex: pmcp_requests_total, action: drop }]`,
  'without buckets': `metric_relabel_configs: [{ source_labels: [__name__], regex: ".*_bucket", action: drop }]`,
  'with some buckets': `metric_relabel_configs: [{ source_labels: [le], regex: "0.05|0.1|0.25", action: drop }]`,
  'without labels': `metric_relabel_configs: [{ regex: "outcome|transport", action: labeldrop }]`,
  'in the native form': 'convert_classic_histograms_to_nhcb: true',
  'below a limit': 'sample_limit: 20',
} as const;

/** What metric_relabel_configs take away, and what the report says of it. */
const LOST: readonly (readonly [keyof typeof WAYS, RegExp])[] = [
  ['without buckets', /lacks pmcp_\w+_bucket.*"regex":"\.\*_bucket"/],
  ['with some buckets', /lacks the buckets le="0\.05".*"regex":"0\.05\|0\.1\|0\.25"/],
  ['without labels', /lacks the label outcome of pmcp_requests_total.*labeldrop/],
];

const servers = new Map<keyof typeof WAYS, NotesServer>();
let prometheus: Prometheus;
let withoutRules: Prometheus;
/** In a process of its own: two servers in one have started at the same time, by which they are told apart. */
let unscraped: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) servers.set(way, await startNotes());
  unscraped = await startHttpServer({}, { GUARDED: 'yes' });
  alertmanager = await serve((_, response) => void response.end());
  const jobs = [...servers].map(
    ([way, { admin }]) =>
      `  - job_name: pmcp ${way}\n    static_configs: [{ targets: ["${admin.host}"] }]\n    ${WAYS[way]}\n`,
  );
  const files = {
    'rules-recording.yaml': await readFile(join(generated, 'recording-rules.yaml'), 'utf8'),
    'rules-alerts.yaml': await readFile(join(generated, 'alert-rules.yaml'), 'utf8'),
  };
  const global = [
    'global: { scrape_interval: 2s, evaluation_interval: 1s }',
    'storage: { tsdb: { retention: { time: 35d } } }',
    // It takes every alert.
    `alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager.url.host}"] }] }] }`,
    '',
  ].join('\n');
  const start = children.start.bind(children);
  [prometheus, withoutRules] = await Promise.all([
    Prometheus.startWith(`${global}rule_files: [rules*.yaml]\nscrape_configs:\n${jobs.join('')}`, start, {
      files,
    }),
    Prometheus.startWith(global, start),
  ]);
  await until(async () => (await prometheus.number('count(up)')) === jobs.length);
});
afterAll(async () => {
  unscraped.child.kill();
  await children.stop();
  await Promise.all([...servers.values(), alertmanager].map((server) => server.close()));
});

function scraped(way: keyof typeof WAYS) {
  const { url, admin } = servers.get(way)!;
  return asked(url, admin);
}

function asked(url: URL, admin: URL | string) {
  return { url, admin: new URL(admin), prometheus: new URL(prometheus.url) };
}

/** What each broken set-up is asked for, by the code that it gets. */
const BROKEN: Broken = {
  'PMCP-D100': [
    'nobody listens at the address of Prometheus',
    async () => ({ prometheus: new URL(`http://127.0.0.1:${await freePort()}`) }),
  ],
  'PMCP-D101': ['nobody scrapes the server', async () => asked(unscraped.mcpUrl, unscraped.admin)],
  'PMCP-D102': ['it is scraped by the wrong path', async () => scraped('by the wrong path')],
  'PMCP-D103': ['relabeling drops what counts calls', async () => scraped('without what counts calls')],
  'PMCP-D104': ['no rules are loaded', async () => ({ prometheus: new URL(withoutRules.url) })],
};

describe('the doctor between a server and Prometheus', () => {
  it('finds nothing wrong where all is well', async () => {
    expect(await diagnosis(scraped('well'))).toEqual({});
  });

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(Object.keys(await diagnosis(await arrange()))).toEqual([code]);
  });

  it('says how large a page is of which Prometheus takes nothing', async () => {
    expect(await diagnosis(scraped('below a limit'))).toEqual({
      'PMCP-D102': [
        expect.stringMatching(
          /limit exceeded \(the page has \d+ samples, and sample_limit of the job is 20\)$/,
        ),
      ],
    });
  });

  it.each(LOST)('says PMCP-D118 and names the rule where a server is scraped %s', async (way, told) => {
    expect(await diagnosis(scraped(way))).toEqual({ 'PMCP-D118': [expect.stringMatching(told)] });
  });

  it('says PMCP-D131 alone where rules are classic and histograms are scraped in the native form', async () => {
    await diagnosis(scraped('in the native form'));
    const series = 'count(pmcp_request_duration_seconds{job="pmcp in the native form"})';
    await until(async () => ((await prometheus.number(series)) ?? 0) > 0);
    expect(await diagnosis(scraped('in the native form'))).toEqual({
      'PMCP-D131': [expect.stringMatching(/classic.*in the native form scrapes native ones only/)],
    });
  });

  it.each(['graph', 'query', 'classic/targets'])(
    'says what to leave out where the address of the page /%s is given, and names no metrics page',
    async (page) => {
      const { url } = servers.get('well')!;
      const found = await diagnosis({ url, prometheus: new URL(`/${page}?g0.expr=up`, prometheus.url) });
      const last = page.split('/').at(-1);
      expect(found).toEqual({
        'PMCP-D100': [expect.stringMatching(`/${page}/api/v1/targets can't .* 404 .*Leave /${last} out$`)],
      });
    },
  );

  it('says once that an agent answers no queries', async () => {
    const change: Change = (said, path) =>
      /v1\/(query|rules|alert)/.test(path)
        ? '{"status":"error","errorType":"execution","error":"unavailable with Prometheus Agent"}'
        : said;
    const { url, close } = await pass(new URL(prometheus.url), { change });
    expect(await diagnosis({ ...scraped('well'), prometheus: url })).toEqual({
      'PMCP-D109': [expect.stringContaining('agent')],
    });
    await close();
  });
});
