/**
 * Attacks an observed server, and the proxy, with random connections. Between rounds it checks that all
 * gauges are back to normal: `npm run fuzz -- --minutes 60 --seed 1`. The same seed sends the same requests.
 */
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Samples, scrape } from '../support/exposition.js';
import { Random } from '../support/random.js';
import { until } from '../support/until.js';
import { attack, type Sessions } from './client.js';
import { observedServer, proxiedServer, rssOf, type Target } from './targets.js';

const ROUND_MS = 20_000;
const AT_ONCE = 8;
/** How long a target may take until its gauges are back to normal. */
const QUIET_MS = 60_000;
/** The proxy counts a session that no client ended until it was idle for 5 minutes. */
const IDLE_MS = 360_000;
const STREAMS = ['pmcp_active_subscriptions', 'pmcp_silent_subscriptions'];
const REQUESTS = ['pmcp_requests_in_flight', 'pmcp_requests_waiting'];
const CONNECTIONS = ['pmcp_active_connections', 'pmcp_operations_in_progress'];
const INTERNAL_ERRORS = 'pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const end = performance.now() + Number(values.minutes) * 60_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

const targets = [await observedServer(), await proxiedServer()];
try {
  say('| round | target | exchanges | memory, MiB | longest hold of the loop, ms |');
  say('| --- | --- | --- | --- | --- |');
  for (let round = 1; performance.now() < end; round++)
    await Promise.all(
      targets.map((target, i) => play(target, round, Number(values.seed) + round * 1_000 + i)),
    );
  await Promise.all(
    targets.map((target) => returns(target, [...STREAMS, ...REQUESTS, ...CONNECTIONS], IDLE_MS)),
  );
  say('\nEvery gauge is back to 0.');
} finally {
  for (const target of targets) target.stop();
}

async function play(target: Target, round: number, seed: number): Promise<void> {
  const sessions: Sessions = [];
  const stopAt = performance.now() + ROUND_MS;
  const random = new Random(seed);
  const client = async (own: Random) => {
    while (performance.now() < stopAt) await attack(target.port, own, sessions);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => client(new Random(random.below(1e9)))));
  await Promise.all(
    ['/v1', '/v2'].flatMap((path) => sessions.map((session) => endSession(target, path, session))),
  );
  await returns(target, target.endsAtOnce ? [...STREAMS, ...REQUESTS] : STREAMS, QUIET_MS, seed);
  const samples = await scrape(target.metricsPort);
  const exchanges = sum(samples, 'pmcp_http_exchanges_total');
  const rss = rssOf(target);
  const held = (samples.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1_000;
  say(`| ${round} | ${target.name} | ${exchanges} | ${rss.toFixed(0)} | ${held.toFixed(0)} |`);
  if (samples.get(INTERNAL_ERRORS) !== 0) throw new Error(`an internal error ${target.name}, seed ${seed}`);
  if (rss > target.maxRss) throw new Error(`${rss.toFixed(0)} MiB ${target.name}, seed ${seed}`);
}

async function returns(target: Target, names: readonly string[], ms: number, seed?: number): Promise<void> {
  let open: string[] = [];
  const isQuiet = async () => {
    const { exitCode, signalCode } = target.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`ended with ${exitCode ?? signalCode}: ${target.lastWords()}`);
    const samples = await scrape(target.metricsPort);
    open = [...samples]
      .filter(([series, value]) => value !== 0 && names.includes(nameOf(series)))
      .map(String);
    return open.length === 0;
  };
  await until(isQuiet, ms).catch((error: Error) => {
    throw new Error(`not back to 0 ${target.name}, seed ${seed}: ${open.join(' ')}; ${error.message}`);
  });
}

function sum(samples: Samples, name: string): number {
  return [...samples].reduce(
    (total, [series, value]) => (nameOf(series) === name ? total + value : total),
    0,
  );
}

function nameOf(series: string): string {
  return series.split('{', 1)[0]!;
}

async function endSession({ port }: Target, path: string, session: string): Promise<void> {
  const headers = { 'Mcp-Session-Id': session };
  const sent = request({ port, host: '127.0.0.1', path, method: 'DELETE', headers }, (response) =>
    response.resume(),
  );
  sent.on('error', () => {});
  sent.end();
  await Promise.race([new Promise((resolve) => sent.once('close', resolve)), delay(5_000)]);
}
