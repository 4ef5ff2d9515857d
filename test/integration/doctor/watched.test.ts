import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { type Alter, altered, answering, replacing } from '../../support/altered.js';
import { diagnosis } from '../../support/doctor.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';
import { until } from '../../support/until.js';

const generated = join(import.meta.dirname, '../../../alerts/generated');
const RULES = {
  'recording-rules.yaml': readFileSync(join(generated, 'recording-rules.yaml'), 'utf8'),
  'alert-rules.yaml': readFileSync(join(generated, 'alert-rules.yaml'), 'utf8'),
};

let server: NotesServer;
let withRedis: NotesServer;
let other: Awaited<ReturnType<typeof serve>>;
let nobody: string;
let alertmanager: Awaited<ReturnType<typeof serve>>;
let prometheus: URL;
const children = new Children(() => {});

/** The configuration of one where all is well. */
function calm(): string {
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
storage: { tsdb: { retention: { time: 35d } } }
rule_files: ['*-rules.yaml']
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager.url.host}"] }] }] }
scrape_configs:
  - job_name: pmcp
    static_configs: [{ targets: ["${server.admin.host}"] }]
`;
}

function job(name: string, target: string, more = ''): string {
  return `  - { job_name: ${name}, static_configs: [{ targets: ["${target}"] }] ${more && `, ${more}`} }\n`;
}

/** Otherwise it scrapes nothing for five seconds. */
const SOON = '--scrape.discovery-reload-interval=100ms';

/** A real one that has scraped each target and judged each alert. */
async function started(config: string, files: Readonly<Record<string, string>> = RULES, own = children) {
  const one = await Prometheus.startWith(config, own.start.bind(own), { files, flags: [SOON] });
  await until(async () => (await hasScraped(one)) && (await hasJudged(one)), 25_000);
  return new URL(one.url);
}

interface Targets {
  readonly activeTargets: readonly { readonly health: string; readonly scrapeInterval: string }[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

async function hasScraped(one: Prometheus): Promise<boolean> {
  const { activeTargets, droppedTargetCounts } = await one.api<Targets>('targets');
  const discovered = activeTargets.length + Object.values(droppedTargetCounts).reduce((a, b) => a + b, 0);
  // What is scraped rarely is not waited for.
  const isDone = activeTargets.every(
    ({ health, scrapeInterval }) => health !== 'unknown' || scrapeInterval.endsWith('m'),
  );
  return discovered > 0 && isDone;
}

async function hasJudged(one: Prometheus): Promise<boolean> {
  return (await one.number('count(ALERTS{alertname="Watchdog"})')) === 1;
}

beforeAll(async () => {
  const redis = { name: 'redis', run: () => {} };
  [server, withRedis, other, alertmanager, nobody] = await Promise.all([
    startNotes(),
    startNotes({ health: { checks: [redis] } }),
    serve((_, response) => void response.setHeader('content-type', 'text/plain').end('go_threads 8\n')),
    serve((_, response) => void response.end()),
    freePort().then((port) => `127.0.0.1:${port}`),
  ]);
  prometheus = await started(calm());
});
afterAll(async () => {
  await children.stop();
  await Promise.all([server, withRedis, other, alertmanager].map((one) => one.close()));
});

/** A rule as it is built for native histograms; the shipped ones are classic. */
const NATIVE = RULES['recording-rules.yaml'].replace(
  /$/,
  '  - name: native\n    rules: [{ record: own:latency, expr: "sum(rate(pmcp_request_duration_seconds[5m]))" }]\n',
);

type Configured = readonly [config: string, rules?: Readonly<Record<string, string>>];

/** What is done to the configuration or the rules of a real one, by the code that it gets. */
const CONFIGURED: Readonly<Record<string, readonly [what: string, () => Configured]>> = {
  'PMCP-D107': ['it knows no Alertmanager', () => [calm().replace(/alerting:.*/, '')]],
  'PMCP-D110': [
    'no pod has the label that it keeps',
    () => [`${calm()}    relabel_configs: [{ source_labels: [annotation], regex: "true", action: keep }]\n`],
  ],
  'PMCP-D112': ['nobody listens where it scrapes', () => [calm() + job('pmcp-gone', nobody)]],
  'PMCP-D113': [
    'a page has more samples than it takes',
    () => [calm() + job('pmcp-large', server.admin.host, 'sample_limit: 2')],
  ],
  'PMCP-D115': [
    'servers are scraped every five minutes',
    () => [calm() + job('pmcp-rarely', server.admin.host, 'scrape_interval: 5m')],
  ],
  'PMCP-D116': [
    'what it scrapes as a server is something else',
    () => [calm() + job('pmcp-other', other.url.host)],
  ],
  'PMCP-D120': [
    'rules of it were renamed',
    () => [
      calm(),
      {
        ...RULES,
        'alert-rules.yaml': RULES['alert-rules.yaml'].replace('alert: PmcpToolSlow', 'alert: PmcpToolsSlow'),
      },
    ],
  ],
  'PMCP-D121': [
    'a rule was edited by hand',
    () => [
      calm(),
      {
        ...RULES,
        'alert-rules.yaml': RULES['alert-rules.yaml'].replace('slo="Availability"', 'slo="Mine"'),
      },
    ],
  ],
  'PMCP-D124': [
    'a rule asks for a metric that nobody has',
    () => [
      calm(),
      {
        ...RULES,
        'alert-rules.yaml': `${RULES['alert-rules.yaml']}  - name: own\n    rules: [{ alert: Own, expr: pmcp_request_total > 5 }]\n`,
      },
    ],
  ],
  'PMCP-D130': ['it keeps less than the longest window', () => [calm().replace('time: 35d', 'time: 15d')]],
  'PMCP-D131': [
    'rules read native histograms, and it scrapes none',
    () => [calm(), { ...RULES, 'recording-rules.yaml': NATIVE }],
  ],
  'PMCP-D140': [
    'servers need a Redis that nobody watches',
    () => [calm() + job('pmcp-redis', withRedis.admin.host)],
  ],
  'PMCP-D111': [
    'two jobs scrape one server under the same labels',
    () => [
      calm() + job('again', server.admin.host, 'relabel_configs: [{ target_label: job, replacement: pmcp }]'),
    ],
  ],
};

/** What a real one is made to say, by the code that it gets. */
const SAYING: Readonly<Record<string, readonly [what: string, Alter]>> = {
  'PMCP-D105': [
    'its last reload failed',
    replacing('status/runtimeinfo', '"reloadConfigSuccess":true', '"reloadConfigSuccess":false'),
  ],
  'PMCP-D106': [
    'it writes elsewhere without external labels',
    replacing(
      'status/config',
      'scrape_configs:',
      'remote_write:\\n- url: http://store/write\\nscrape_configs:',
    ),
  ],
  'PMCP-D114': [
    'a scrape takes nearly as long as it may',
    replacing('targets?state=active', /"lastScrapeDuration":[^,]+/, '"lastScrapeDuration":0.95'),
  ],
  'PMCP-D122': [
    'a group takes longer than its interval',
    replacing('/rules', /"evaluationTime":[^,]+/g, '"evaluationTime":61'),
  ],
  'PMCP-D123': [
    'rules record nothing',
    answering('count by (job) (pmcp_requests_total offset', [[{ job: 'pmcp' }, 4]]),
  ],
  'PMCP-D132': [
    'its clock is five minutes off',
    answering('vector(time())', [[{}, Date.now() / 1_000 + 300]]),
  ],
  'PMCP-D134': [
    'it refuses samples',
    replacing('/metrics', /(sample_duplicate_timestamp_total) \d+/, '$1 12'),
  ],
  'PMCP-D135': [
    'no Alertmanager takes its alerts',
    replacing('/metrics', /(notifications_errors_total\{.*\}) 0/, '$1 5'),
  ],
  'PMCP-D136': [
    'values are folded',
    answering('sum by (job, label) (increase(pmcp_label', [[{ job: 'pmcp', label: 'name' }, 3]]),
  ],
  'PMCP-D141': [
    'a deployment stopped half-way',
    answering('(count by (job, namespace, server)', [[{ server: 'notes' }, 2]]),
  ],
  'PMCP-D350': [
    'the last backup is two days old',
    answering('max by (job_name) (time() - pmcp_job_last_success', [[{ job_name: 'backup' }, 172_800]]),
  ],
  'PMCP-D351': [
    'the last backup has no bytes',
    answering('max by (job_name) (pmcp_job_last_size_bytes', [[{ job_name: 'backup' }, 0]]),
  ],
  'PMCP-D352': [
    'the last backup failed',
    answering('max by (job_name) (pmcp_job_last_exit_code', [[{ job_name: 'backup' }, 1]]),
  ],
  'PMCP-D142': ['the Watchdog does not fire', answering('ALERTS', [])],
};

describe('the doctor before a Prometheus', () => {
  it('finds nothing wrong where all is well', async () => {
    expect(await diagnosis({ prometheus })).toEqual({});
  });

  it.each(Object.entries(SAYING).map(([code, [what, alter]]) => ({ code, what, alter })))(
    'says $code and nothing else where $what',
    async ({ code, alter }) => {
      const { url, close } = await altered(prometheus, alter);
      expect(await diagnosis({ prometheus: url })).toEqual({ [code]: expect.anything() });
      await close();
    },
  );

  it.each(Object.entries(CONFIGURED).map(([code, [what, arrange]]) => ({ code, what, arrange })))(
    'says $code and nothing else where $what',
    async ({ code, arrange }) => {
      const own = new Children(() => {});
      const [config, rules] = arrange();
      const url = await started(config, rules, own);
      const found = await diagnosis({ prometheus: url });
      await own.stop();
      expect(found).toEqual({ [code]: expect.anything() });
    },
  );
});
