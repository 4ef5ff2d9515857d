import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { diagnosis } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { until } from '../../support/until.js';

const children = new Children(() => {});
const spawn = children.start.bind(children);
const flags = ['--scrape.discovery-reload-interval=100ms'];
let server: HttpServer;
let leaf: Prometheus;
let alertmanager: Awaited<ReturnType<typeof serve>>;
/** Has what a job and a doctor pushed, as a Pushgateway shows it. */
let pushed: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  [server, alertmanager, pushed] = await Promise.all([
    startHttpServer({}, { GUARDED: 'yes' }),
    serve((_, response) => void response.end()),
    serve((_, response) => {
      const labels = 'instance="",job="nightly-backup",job_name="nightly-backup"';
      const now = Date.now() / 1_000;
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(`pmcp_job_last_success_timestamp_seconds{${labels}} ${now}\n`);
    }),
  ]);
  const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }\n`;
  leaf = await Prometheus.startWith(`global: { scrape_interval: 1s }\nscrape_configs:\n${job}`, spawn, {
    flags,
  });
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await Promise.all([alertmanager, pushed].map((one) => one.close()));
});

const PUT_BACK = `metric_relabel_configs:
      - { source_labels: [exported_job], regex: (.+), target_label: job }
      - { source_labels: [exported_instance], regex: (.+), target_label: instance }`;
const ALL = '{job=~"pmcp.*"}';

function federation(name: string, match: string, more: string): string {
  return `  - job_name: ${name}
    metrics_path: /federate
    params: { 'match[]': ['${match}'] }
    static_configs: [{ targets: ["${new URL(leaf.url).host}"] }]
    ${more}
`;
}

/** A Prometheus that has scraped everything three times in those jobs. */
async function central(jobs: string): Promise<URL> {
  const one = await Prometheus.startWith(ruled(alertmanager.url.host, jobs), spawn, { files: RULES, flags });
  const seen = 'min(count_over_time(up[1m])) > 3 and on () count(ALERTS{alertname="Watchdog"})';
  await until(async () => (await one.number(seen)) !== undefined);
  return new URL(one.url);
}

/** What the job is called, what it takes, what else it says, and whether the page of the server is named. */
type Job = readonly [name: string, match: string, more: string, isPageNamed: boolean];

const FEDERATED: Readonly<Record<string, readonly Job[]>> = {
  'PMCP-D146': [
    ['federate-eu', ALL, 'honor_labels: false', true],
    ['pmcp-eu', ALL, '', true],
    ['federate-eu', ALL, '', false],
  ],
  'PMCP-D101': [
    ['federate-eu', '{job="node"}', 'honor_labels: true', true],
    ['federate-eu', '{__name__=~"pmcp_.*"}', 'honor_labels: true', true],
  ],
  nothing: [['federate-eu', ALL, PUT_BACK, true]],
};

const PUSHED: Readonly<Record<string, readonly string[]>> = {
  'PMCP-D147': [''],
  nothing: ['honor_labels: true,'],
};

/** The only finding, with those words. */
function only(code: string, words: string) {
  return code === 'nothing' ? {} : { [code]: [expect.stringContaining(words)] };
}

describe('the doctor before a Prometheus that scrapes another one', () => {
  it.each(Object.entries(FEDERATED).flatMap(([code, jobs]) => jobs.map((job) => [code, ...job] as const)))(
    'says %s of a job %s that takes %s, with "%s"',
    async (code, name, match, more, isPageNamed) => {
      const prometheus = await central(federation(name, match, more));
      const admin = isPageNamed ? new URL(server.admin) : undefined;
      const found = await diagnosis({ url: server.mcpUrl, admin, prometheus, timeout: 40 });
      expect(found).toEqual(only(code, name));
    },
  );

  it.each(Object.entries(PUSHED).flatMap(([code, all]) => all.map((more) => [code, more] as const)))(
    'says %s of a job that scrapes a Pushgateway with "%s"',
    async (code, more) => {
      const jobs = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }
  - { job_name: push, ${more} static_configs: [{ targets: ["${pushed.url.host}"] }] }
`;
      const found = await diagnosis({ prometheus: await central(jobs) });
      expect(found).toEqual(only(code, 'nightly-backup is in exported_job'));
    },
  );
});
