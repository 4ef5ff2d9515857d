import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { diagnosis } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';
import { Reloaded } from '../../support/reloaded.js';
import { RULES, ruled } from '../../support/shipped-rules.js';

/** In a process of its own, which answers in time whatever this one does. */
let server: HttpServer;
let scraped: string;
let withRedis: NotesServer;
let other: Awaited<ReturnType<typeof serve>>;
let nobody: string;
let alertmanager: Awaited<ReturnType<typeof serve>>;
/** They take one faulty configuration after another. */
let changing: readonly Reloaded[];
const children = new Children(() => {});

/** The configuration of one where all is well. What a job had scraped is forgotten at once only while the job stays. */
function calm(): string {
  return ruled(
    alertmanager.url.host,
    `  - { job_name: pmcp, static_configs: [{ targets: ["${scraped}"] }] }
  - { job_name: pmcp-other }
  - { job_name: again }
`,
  );
}

/** The same, and one of the other jobs scrapes something. */
function scraping(job: 'pmcp-other' | 'again', target: string, more = ''): string {
  const scraped = `static_configs: [{ targets: ["${target}"] }]${more && `, ${more}`}`;
  return calm().replace(`job_name: ${job} }`, `job_name: ${job}, ${scraped} }`);
}

beforeAll(async () => {
  const redis = { name: 'redis', run: () => {} };
  [server, withRedis, other, alertmanager, nobody] = await Promise.all([
    startHttpServer(),
    startNotes({ health: { checks: [redis] } }),
    serve((_, response) => void response.setHeader('content-type', 'text/plain').end('go_threads 8\n')),
    serve((_, response) => void response.end()),
    freePort().then((port) => `127.0.0.1:${port}`),
  ]);
  scraped = new URL(server.admin).host;
  const first = { config: calm(), files: RULES };
  const spawn = children.start.bind(children);
  changing = await Promise.all(Array.from({ length: 3 }, () => Reloaded.start(first, spawn)));
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await Promise.all([withRedis, other, alertmanager].map((one) => one.close()));
});

/** A rule as it is built for native histograms; the shipped ones are classic. */
const NATIVE = RULES['recording-rules.yaml'].replace(
  /$/,
  '  - name: native\n    rules: [{ record: own:latency, expr: "sum(rate(pmcp_request_duration_seconds[5m]))" }]\n',
);

/** What is done to the configuration or the rules of a real one, by the code that it gets. */
const CONFIGURED: Readonly<
  Record<string, readonly [what: string, () => readonly [config: string, rules?: typeof RULES]]>
> = {
  'PMCP-D107': ['it knows no Alertmanager', () => [calm().replace(/alerting:.*/, '')]],
  'PMCP-D110': [
    'no pod has the label that it keeps',
    () => [
      calm().replace(
        'job_name: pmcp,',
        'job_name: pmcp, relabel_configs: [{ source_labels: [annotation], regex: "true", action: keep }],',
      ),
    ],
  ],
  'PMCP-D112': ['nobody listens where it scrapes', () => [scraping('pmcp-other', nobody)]],
  'PMCP-D113': [
    'a page has more samples than it takes',
    () => [scraping('pmcp-other', scraped, 'sample_limit: 2')],
  ],
  'PMCP-D115': [
    'servers are scraped every five minutes',
    // As another page of the server.
    () => [scraping('pmcp-other', scraped, 'scrape_interval: 5m, params: { rarely: ["yes"] }')],
  ],
  'PMCP-D116': [
    'what it scrapes as a server is something else',
    () => [scraping('pmcp-other', other.url.host)],
  ],
  'PMCP-D117': ['servers are scraped by a job that no rule asks for', () => [scraping('again', scraped)]],
  'PMCP-D119': [
    'one server is scraped twice, by two names of loopback',
    () => [scraping('pmcp-other', scraped.replace('127.0.0.1', 'localhost'))],
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
  'PMCP-D125': [
    'rules of the version before are still there',
    () => [
      calm().replace("['*-rules.yaml']", "['*-rules.yaml', before.yaml]"),
      {
        ...RULES,
        // With another limit.
        'before.yaml': RULES['alert-rules.yaml'].replaceAll(/ > 0\.\d+$/gm, ' > 0.5'),
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
    () => [scraping('pmcp-other', withRedis.admin.host)],
  ],
  'PMCP-D111': [
    'two jobs scrape one server under the same labels',
    () => [scraping('again', scraped, 'relabel_configs: [{ target_label: job, replacement: pmcp }]')],
  ],
};

const taken: Promise<URL>[] = [];

/** One with the fault of that number; those with the next ones get ready meanwhile. */
async function configured(number: number): Promise<URL> {
  const faults = Object.values(CONFIGURED);
  for (const [i, [, arrange]] of faults.slice(0, number + changing.length).entries()) {
    if (i < number || taken[i]) continue;
    const [config, files = RULES] = arrange();
    taken[i] = changing[i % changing.length]!.take({ config, files });
    taken[i].catch(() => {});
  }
  return taken[number]!;
}

describe('the doctor before a Prometheus', () => {
  it.each(Object.entries(CONFIGURED).map(([code, [what]], i) => ({ code, what, i })))(
    'says $code and nothing else where $what',
    async ({ code, i }) => {
      expect(await diagnosis({ prometheus: await configured(i) })).toEqual({ [code]: expect.anything() });
    },
  );
});
