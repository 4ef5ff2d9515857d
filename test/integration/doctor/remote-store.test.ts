import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { until } from '../../support/until.js';

const children = new Children(() => {});
let server: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;
/** Answers each write with 401. */
let store: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  [server, alertmanager, store] = await Promise.all([
    startHttpServer(),
    serve((_, response) => void response.end()),
    serve((request, response) => void request.resume().on('end', () => response.writeHead(401).end('no'))),
  ]);
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await Promise.all([alertmanager, store].map((one) => one.close()));
});

describe('the doctor before a Prometheus that writes to a store', () => {
  it.concurrent.for([
    ['scrapes itself', true, 'in the last hour'],
    ['does not scrape itself', false, 'since Prometheus started'],
  ])('says that the store refuses the samples if Prometheus %s', async ([, isScraped, when], { expect }) => {
    const place = { folder: temporaryFolder('prometheus'), address: `127.0.0.1:${await freePort()}` };
    const own = `  - { job_name: prometheus, static_configs: [{ targets: ["${place.address}"] }] }\n`;
    const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }\n`;
    const writes = `remote_write: [{ url: "${store.url.href}", queue_config: { batch_send_deadline: 200ms } }]\n`;
    const config = ruled(alertmanager.url.host, `${job}${isScraped ? own : ''}${writes}`).replace(
      'global: {',
      'global: { external_labels: { cluster: a },',
    );
    const spawn = children.start.bind(children);
    const prometheus = await Prometheus.startWith(config, spawn, { files: RULES, place });
    await until(async () => {
      const page = await (await fetch(`${prometheus.url}/metrics`)).text();
      const hasFailed = /^prometheus_remote_storage_samples_failed_total\{.*\} [1-9]/m.test(page);
      const grown = await prometheus.number(
        'sum(increase(prometheus_remote_storage_samples_failed_total[1h]))',
      );
      return hasFailed && (!isScraped || (grown ?? 0) > 0);
    });
    expect(await diagnosis({ prometheus: new URL(prometheus.url) })).toEqual({
      'PMCP-D137': [
        expect.stringMatching(new RegExp(`^${store.url.host} refused \\d+ samples of remote_write ${when}$`)),
      ],
    });
  });
});
