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
let server: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;
/** Has the rules, gets the samples of the first Prometheus, and scrapes no server itself. */
let written: Prometheus;
let federating: Prometheus;

beforeAll(async () => {
  [server, alertmanager] = await Promise.all([
    startHttpServer({}, { GUARDED: 'yes' }),
    serve((_, response) => void response.end()),
  ]);
  const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }\n`;
  written = await Prometheus.startWith(ruled(alertmanager.url.host, '  []\n'), spawn, {
    files: RULES,
    flags: ['--web.enable-remote-write-receiver'],
  });
  const write = `{ url: "${written.url}/api/v1/write", queue_config: { batch_send_deadline: 200ms } }`;
  const first = await Prometheus.startWith(
    `global: { scrape_interval: 1s, external_labels: { cluster: a } }\nremote_write: [${write}]\nscrape_configs:\n${job}`,
    spawn,
    { flags: ['--scrape.discovery-reload-interval=100ms'] },
  );
  const federation = `  - job_name: federation
    honor_labels: true
    metrics_path: /federate
    params: { 'match[]': ['{job="pmcp"}'] }
    static_configs: [{ targets: ["${new URL(first.url).host}"] }]
`;
  federating = await Prometheus.startWith(ruled(alertmanager.url.host, federation), spawn, {
    files: RULES,
    flags: ['--scrape.discovery-reload-interval=100ms'],
  });
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await alertmanager.close();
});

describe('the doctor before a Prometheus that gets the samples of another one', () => {
  it.each([
    ['by remote_write', () => written],
    ['by federation', () => federating],
  ])('finds nothing wrong where they come %s', async (_, one) => {
    const has = async (query: string) => ((await one().number(query)) ?? 0) > 0;
    // Rates need two samples of each series.
    await until(
      async () =>
        (await has('min(count_over_time(up{job="pmcp"}[1m])) > 3')) &&
        (await has('count(ALERTS{alertname="Watchdog"})')),
    );
    const asked = { url: server.mcpUrl, admin: new URL(server.admin) };
    // Too short, if nothing told how often samples arrive.
    const timeout = 40;
    expect(await diagnosis({ ...asked, prometheus: new URL(one().url), timeout })).toEqual({});
  });
});
