import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { examined } from '../../support/doctor.js';
import { serve } from '../../support/notes-server.js';
import { until } from '../../support/until.js';

/** What exporters say, by the name of their job. `GROWS` is a counter that grows with each scrape. */
const PAGES: Readonly<Record<string, string>> = {
  'archives nothing': 'pg_stat_archiver_failed_count GROWS\npg_stat_archiver_archived_count 4\n',
  'archives now and then': 'pg_stat_archiver_failed_count GROWS\npg_stat_archiver_archived_count GROWS\n',
  'failed long ago': 'pg_stat_archiver_failed_count 7\npg_stat_archiver_archived_count 4\n',
  'has no archive': 'pg_stat_archiver_failed_count 0\npg_stat_archiver_archived_count 0\n',
  'has no snapshot': 'redis_rdb_last_bgsave_status 0\nredis_aof_last_write_status 1\n',
  'has no file': 'redis_rdb_last_bgsave_status 1\nredis_aof_last_write_status 0\n',
  'keeps all': 'redis_rdb_last_bgsave_status 1\nredis_aof_last_write_status 1\n',
};

/** What a probe says of an address. */
const PROBES: readonly (readonly [address: string, success: number, code: number])[] = [
  ['https://a.example/mcp', 0, 405],
  ['https://b.example/v1/mcp/', 0, 401],
  ['https://c.example/sse?x=1', 0, 400],
  // It takes the answer for a sign of life.
  ['https://d.example/mcp', 1, 405],
  // The server is away.
  ['https://e.example/mcp', 0, 502],
  ['https://f.example/mcp', 0, 0],
  // It is no server.
  ['https://g.example/shop', 0, 405],
];

const children = new Children(() => {});
let exporters: Awaited<ReturnType<typeof serve>>;
let prometheus: Prometheus;

beforeAll(async () => {
  let scrapes = 0;
  exporters = await serve((request, response) => {
    scrapes++;
    const name = (request.url ?? '').slice(1).replaceAll('-', ' ');
    const [, success, code] = PROBES[Number(name)] ?? [];
    const probe = `probe_success ${success}\nprobe_http_status_code ${code}\n`;
    const page = PAGES[name]?.replaceAll('GROWS', `${scrapes}`) ?? probe;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(page);
  });
  const { host } = exporters.url;
  const jobs = Object.keys(PAGES).map(
    (name) =>
      `  - { job_name: ${name}, metrics_path: /${name.replaceAll(' ', '-')}, static_configs: [{ targets: ["${host}"] }] }\n`,
  );
  const probes = PROBES.map(
    ([address], i) =>
      `  - { job_name: probe ${i}, metrics_path: /${i}, static_configs: [{ targets: ["${host}"], labels: { instance: "${address}" } }] }\n`,
  );
  prometheus = await Prometheus.startWith(
    `global: { scrape_interval: 1s }\nscrape_configs:\n${[...jobs, ...probes].join('')}`,
    children.start.bind(children),
    { flags: ['--scrape.discovery-reload-interval=100ms'] },
  );
  const seen = 'min(count_over_time(up[1m]))';
  await until(
    async () =>
      (await prometheus.number('count(up)')) === jobs.length + probes.length &&
      ((await prometheus.number(seen)) ?? 0) > 2,
  );
});
afterAll(async () => {
  await children.stop();
  await exporters.close();
});

async function found(code: string): Promise<string[]> {
  const asked = { prometheus: new URL(prometheus.url) };
  const [result] = await examined(asked, (check) => check.code === code);
  return result?.outcome.kind === 'found' ? result.outcome.findings.map((one) => one.found).sort() : [];
}

const EXPECTED: Readonly<Record<string, readonly RegExp[]>> = {
  'PMCP-D440': [
    /^PostgreSQL archives no segment .*job archives nothing\)$/,
    /^Redis can't write its append-only file .*job has no file\)$/,
    /^Redis can't write its snapshot .*job has no snapshot\)$/,
  ],
  'PMCP-D441': [
    /^the probe of https:\/\/a\.example\/mcp .* always fails: it gets 405$/,
    /^the probe of https:\/\/b\.example\/v1\/mcp\/ .* always fails: it gets 401$/,
    /^the probe of https:\/\/c\.example\/sse\?x=1 .* always fails: it gets 400$/,
  ],
};

describe('the doctor before exporters', () => {
  it.each(Object.entries(EXPECTED))(
    'says %s of those that tell of a fault, and of no other',
    async (code, told) => {
      expect(await found(code)).toEqual(told.map((one) => expect.stringMatching(one)));
    },
  );
});
