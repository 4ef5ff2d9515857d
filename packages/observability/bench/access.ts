/**
 * Measures what a scrape costs with each way to protect the admin port. Scrapes use a connection that stays
 * open, as with Prometheus, or a new one each time. Server and client run in one process, and the ways take
 * turns: `npx tsx packages/observability/bench/access.ts`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObservability, type Options } from '@pmcp/observability';
import { createCertificates } from '../../../test/support/certificates.js';
import { median, table } from './stats.js';

const SCRAPES = 50;
const RUNS = 9;
const HOST = '127.0.0.1';

interface Way {
  readonly metrics: Pick<NonNullable<Options['metrics']>, 'tls' | 'auth'>;
  readonly client: https.RequestOptions;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-access-'));
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function ways(): Promise<Record<string, Way>> {
  const { ca, server, client } = await createCertificates();
  const [certFile, keyFile] = [file('tls.crt', server.cert), file('tls.key', server.key)];
  const tls = { certFile, keyFile };
  const token = { tokenFile: file('token', 'a-token-of-many-letters') };
  const bearer = { headers: { authorization: 'Bearer a-token-of-many-letters' } };
  const user = { username: 'prometheus', passwordFile: file('password', 'a-password') };
  return {
    nothing: { metrics: {}, client: {} },
    'a token': { metrics: { auth: token }, client: bearer },
    'basic authentication': { metrics: { auth: user }, client: { auth: 'prometheus:a-password' } },
    TLS: { metrics: { tls }, client: { ca } },
    'TLS and a token': { metrics: { tls, auth: token }, client: { ca, ...bearer } },
    'mutual TLS': {
      metrics: { tls: { ...tls, clientCaFile: file('ca.crt', ca) } },
      client: { ca, ...client },
    },
  };
}

type Scrapes = (keepAlive: boolean) => Promise<number>;

/**
 * @returns a function that measures the processor time of a scrape in microseconds, and one that stops the
 * server
 */
async function serving({ metrics, client }: Way): Promise<[Scrapes, () => Promise<void>]> {
  const toolkit = createObservability({
    metrics: { port: 0, host: HOST, runtime: false, ...metrics },
    shutdown: { onSigterm: false },
    log: { level: 'error' },
  });
  const { port } = (await toolkit.listen())!;
  const { get, Agent } = metrics.tls ? https : http;
  const scrapes: Scrapes = async (keepAlive) => {
    // A resumed TLS session would save half the cost of a new connection.
    const agent = new Agent({ keepAlive, maxCachedSessions: 0 } as https.AgentOptions);
    const one = () =>
      new Promise<void>((resolve, reject) => {
        get({ ...client, agent, host: HOST, port, path: '/metrics' }, (response) => {
          if (response.statusCode !== 200)
            reject(new Error(`Expected status 200, got ${response.statusCode}`));
          response.resume().once('end', resolve);
        }).once('error', reject);
      });
    await one();
    const start = process.cpuUsage();
    for (let i = 0; i < SCRAPES; i++) await one();
    const { user, system } = process.cpuUsage(start);
    agent.destroy();
    return (user + system) / SCRAPES;
  };
  return [scrapes, () => toolkit.shutdown()];
}

const served = await Promise.all(
  Object.entries(await ways()).map(async ([name, way]) => ({ name, subject: await serving(way) })),
);
const rows = served.map(({ name, subject: [scrapes, close] }) => ({
  name,
  scrapes,
  close,
  kept: [] as number[],
  fresh: [] as number[],
}));
for (let run = 0; run <= RUNS; run++)
  for (const { scrapes, kept, fresh } of rows) {
    const [first, second] = [await scrapes(true), await scrapes(false)];
    // The first run warms up.
    if (run > 0) kept.push(first) && fresh.push(second);
  }
for (const { close } of rows) await close();
rmSync(folder, { recursive: true });
const text = table(
  ['the port asks for', 'µs of processor time, connection kept', 'new connection'],
  rows.map(({ name, kept, fresh }) => [name, median(kept).toFixed(0), median(fresh).toFixed(0)]),
);
process.stdout.write(`${text}\n`);
