/** Stores that Prometheus can write to, with the same query API. */
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import type { Store } from '../e2e/viewer/stage.js';
import { until } from '../support/until.js';

const READY_MS = 90_000;
const STDIO = ['ignore', 'ignore', 'pipe'] as const;
const TENANT = 'team-a';

const free = async () => `127.0.0.1:${await freePort()}`;

async function ready(url: string, headers: Record<string, string> = {}): Promise<void> {
  const answers = async () => (await fetch(url, { headers }).catch(() => undefined))?.ok === true;
  await until(answers, READY_MS);
}

export async function openVictoriaMetrics(
  children: Children,
  folder: string,
  flags: readonly string[] = [],
): Promise<Store> {
  const { path } = await requireTool('victoria-metrics');
  const address = await free();
  const url = `http://${address}`;
  const args = [
    `-storageDataPath=${join(folder, 'victoria-metrics')}`,
    `-httpListenAddr=${address}`,
    // By default it hides the last half minute.
    '-search.latencyOffset=1s',
    ...flags,
  ];
  children.start('VictoriaMetrics', path, args, { stdio: [...STDIO] });
  await ready(`${url}/health`);
  return { url, writeUrl: `${url}/api/v1/write` };
}

/** Starts a store of log lines, and returns its URL. It takes OTLP below `/insert/opentelemetry`. */
export async function openVictoriaLogs(children: Children, folder: string): Promise<string> {
  const { path } = await requireTool('victoria-logs');
  const address = await free();
  const args = [`-storageDataPath=${join(folder, 'victoria-logs')}`, `-httpListenAddr=${address}`];
  children.start('VictoriaLogs', path, args, { stdio: [...STDIO] });
  await ready(`http://${address}/health`);
  return `http://${address}`;
}

/**
 * Starts its receiver, and the program that queries it.
 *
 * @param flags more flags of the program that queries
 */
export async function openThanos(
  children: Children,
  folder: string,
  flags: readonly string[] = [],
): Promise<Store> {
  const { path } = await requireTool('thanos');
  const [query, store, write, receiver] = [await free(), await free(), await free(), await free()];
  const receive = [
    'receive',
    '--label=receive="a"',
    `--tsdb.path=${join(folder, 'thanos')}`,
    `--http-address=${receiver}`,
    `--grpc-address=${store}`,
    `--remote-write.address=${write}`,
    // Otherwise the second one on a machine does not start.
    `--receive.capnproto-address=${await free()}`,
  ];
  const ask = [
    'query',
    `--http-address=${query}`,
    `--grpc-address=${await free()}`,
    `--endpoint=${store}`,
    ...flags,
  ];
  for (const args of [receive, ask]) children.start(`Thanos ${args[0]}`, path, args, { stdio: [...STDIO] });
  await ready(`http://${receiver}/-/ready`);
  await ready(`http://${query}/-/ready`);
  return { url: `http://${query}`, writeUrl: `http://${write}/api/v1/receive` };
}

interface Ruled {
  /** Where the program that queries asks for what the rules recorded. */
  readonly grpc: string;
  /** The program that queries. */
  readonly query: string;
  readonly rules: string;
  readonly alertmanager: string;
  /** How often rules are evaluated that say nothing about it. */
  readonly interval: string;
}

/** Starts the part of Thanos that evaluates rules, and returns its address. */
export async function openThanosRuler(
  children: Children,
  folder: string,
  { grpc, query, rules, alertmanager, interval }: Ruled,
): Promise<string> {
  const { path } = await requireTool('thanos');
  const http = await free();
  const args = [
    'rule',
    '--label=cluster="main"',
    '--label=replica="a"',
    '--alert.label-drop=replica',
    `--data-dir=${join(folder, 'thanos-rule')}`,
    `--http-address=${http}`,
    `--grpc-address=${grpc}`,
    `--query=${query}`,
    `--rule-file=${rules}`,
    `--alertmanagers.url=${alertmanager}`,
    // What Prometheus has scraped arrives later.
    '--rule-query-offset=15s',
    // Its own default, a minute, lets most alerts fire up to a minute later.
    `--eval-interval=${interval}`,
  ];
  children.start('Thanos rule', path, args, { stdio: [...STDIO] });
  await ready(`http://${http}/-/ready`);
  return `http://${http}`;
}

/** The predecessor of Mimir, with the same API: below a path, and with tenants. */
export async function openCortex(children: Children, folder: string): Promise<Store> {
  const { path } = await requireTool('cortex');
  const [http, grpc] = [await freePort(), await freePort()];
  const place = (name: string) => join(folder, 'cortex', name);
  const rings = ['ring', 'distributor.ring', 'compactor.ring', 'store-gateway.sharding-ring', 'ruler.ring'];
  const args = [
    '-target=all',
    '-auth.enabled=true',
    ...['http', 'grpc'].map((kind) => `-server.${kind}-listen-address=127.0.0.1`),
    `-server.http-listen-port=${http}`,
    `-server.grpc-listen-port=${grpc}`,
    ...rings.map((ring) => `-${ring}.store=inmemory`),
    '-distributor.replication-factor=1',
    '-ingester.lifecycler.addr=127.0.0.1',
    '-distributor.ring.instance-addr=127.0.0.1',
    '-blocks-storage.backend=filesystem',
    `-blocks-storage.filesystem.dir=${place('blocks')}`,
    `-blocks-storage.tsdb.dir=${place('tsdb')}`,
    `-blocks-storage.bucket-store.sync-dir=${place('sync')}`,
    `-compactor.data-dir=${place('compactor')}`,
    `-querier.active-query-tracker-dir=${place('queries')}`,
    '-ruler.enable-api',
    `-ruler.rule-path=${place('rules')}`,
    ...['ruler', 'alertmanager'].flatMap((name) => [
      `-${name}-storage.backend=filesystem`,
      `-${name}-storage.filesystem.dir=${place(name)}`,
    ]),
    `-alertmanager.web.external-url=http://127.0.0.1:${http}/alertmanager`,
    '-log.level=error',
  ];
  children.start('Cortex', path, args, { stdio: [...STDIO] });
  const url = `http://127.0.0.1:${http}`;
  await ready(`${url}/ready`);
  return { url: `${url}/prometheus`, writeUrl: `${url}/api/v1/push`, tenant: TENANT };
}
