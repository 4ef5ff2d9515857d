import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count, gauge, select } from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { flags } from '../../prometheus/scrape/flags.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus, type Spawn } from '../../scripts/start/prometheus.js';
import { ofGeneration } from '../support/generation.js';
import { type HttpServer, startHttpServer } from '../support/http-server.js';

const children = new Children(() => {});
let server: HttpServer;
let receiver: Prometheus;

/** An agent has no database, but a log of samples that it has yet to send. */
const withFlags =
  (more: readonly string[]): Spawn =>
  (name, command, args, options) => {
    const agent = more.includes('--agent');
    const own = args.map((arg) => (agent ? arg.replace('--storage.tsdb.', '--storage.agent.') : arg));
    return children.start(name, command, [...own, ...more], options);
  };

function start(config: string, more: readonly string[]): Promise<Prometheus> {
  const need = { kubernetesSd: true } as const;
  return ofGeneration('3', () => Prometheus.startWith(config, withFlags(more), { need }));
}

beforeAll(async () => {
  server = await startHttpServer();
  receiver = await start('', ['--web.enable-remote-write-receiver']);
  const options: Options = {
    interval: '1s',
    timeout: '1s',
    agent: true,
    externalLabels: { cluster: 'main' },
    targets: [{ job: 'pmcp', targets: [new URL(server.admin).host] }],
    remoteWrite: [
      {
        url: `${receiver.url}/api/v1/write`,
        queue: { batchSendDeadline: '1s', maxShards: 2 },
        relabel: [
          { action: 'drop', source_labels: ['__name__'], regex: 'nodejs_.+' },
          { source_labels: ['instance'], regex: '(.+):[0-9]+', target_label: 'node', replacement: '$1' },
        ],
      },
    ],
  };
  await start(prometheusConfig(options), flags(options));
});

afterAll(async () => {
  await children.stop();
  server?.child.kill();
  await server?.ended;
});

describe('an agent that writes to another Prometheus', () => {
  it('sends what it scrapes, with external labels and after relabelling', async () => {
    const ready = String(select(catalog.ready, { where: { cluster: 'main' } }));
    const labels = {
      __name__: catalog.ready.name,
      cluster: 'main',
      instance: new URL(server.admin).host,
      job: 'pmcp',
      node: '127.0.0.1',
    };
    await expect.poll(() => receiver.query(ready)).toEqual([{ labels, value: 1 }]);
  });

  it('does not send what it is configured to drop', async () => {
    const page = await (await fetch(`${server.admin}/metrics`)).text();
    expect(page).toContain('\nnodejs_eventloop_lag_seconds ');
    const series = (name: string) => receiver.number(String(count(gauge(name, []))));
    // A page comes as several requests.
    await expect.poll(() => series('process_start_time_seconds')).toBe(1);
    expect(await series('nodejs_eventloop_lag_seconds')).toBeUndefined();
  });
});
