import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { createCertificates, type KeyPair } from '../support/certificates.js';
import { UNTIL_QUIET } from '../support/measured.js';
import { until } from '../support/until.js';

let collector: Collector;
let folder: string;
let child: ChildProcess;
beforeAll(async () => {
  collector = await Collector.start();
});
afterAll(() => collector.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmcp-ends-'));
  collector.spans.length = 0;
  collector.metrics.length = 0;
  collector.logs.length = 0;
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'cli', version: '1' } },
};

/** Ways in which applications end their process without another turn of the event loop. */
const ENDS: readonly { title: string; code: string; signal?: NodeJS.Signals; status: number }[] = [
  { title: 'at EOF', code: "process.stdin.once('end', () => process.exit(3));", status: 3 },
  {
    title: 'at a signal',
    code: "process.on('SIGTERM', () => process.exit(4));",
    signal: 'SIGTERM',
    status: 4,
  },
  {
    title: 'by an exception',
    code: "process.stdin.once('end', () => { throw new Error('a fault'); });",
    status: 1,
  },
];

const withCode = (code: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
});

/** Collectors that require a client certificate. They record the tenant of each export. */
const SECURE = {
  grpc: async (ca: string, { key, cert }: KeyPair) => {
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
    const secure = await Collector.start({
      credentials: ServerCredentials.createSsl(Buffer.from(ca), [pair], true),
    });
    const heard = () => secure.headers.map((headers) => headers.get('x-tenant')[0]);
    return { url: secure.url.replace('http:', 'https:'), heard, stop: () => secure.stop() };
  },
  'http/protobuf': async (ca: string, { key, cert }: KeyPair) => {
    const tenants: unknown[] = [];
    const secure = createHttpsServer({ ca, key, cert, requestCert: true, rejectUnauthorized: true });
    secure.on('request', (request, response) => {
      tenants.push(request.headers['x-tenant']);
      request.resume().on('end', () => response.end());
    });
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const url = `https://localhost:${(secure.address() as AddressInfo).port}`;
    return { url, heard: () => tenants, stop: () => void secure.close() };
  },
};

/** A short session of an announced stdio server, with telemetry that was not sent yet. */
async function session(env: Record<string, string> = {}): Promise<void> {
  child = spawn(process.execPath, ['test/fixtures/stdio-server.mjs'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BLRP_SCHEDULE_DELAY: '60000',
      PMCP_METRICS_FILE_SD_DIR: folder,
      ...env,
    },
  });
  child.stdin?.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(createInterface({ input: child.stdout! }), 'line');
  await until(() => readdirSync(folder).some((file) => file.endsWith('.json')));
}

const ended = () => once(child, 'exit');

// It has a second to send its queue.
describe('a stdio server', UNTIL_QUIET, () => {
  it.each(['EOF', 'SIGTERM', 'SIGINT'] as const)(
    'that ends by %s has sent its queue, and removes its announcement',
    async (how) => {
      await session();
      if (how === 'EOF') child.stdin?.end();
      else child.kill(how);
      expect(await ended()).toEqual(how === 'EOF' ? [0, null] : [null, how]);
      expect(collector.spans.map(({ name }) => name)).toEqual(['initialize']);
      expect(collector.metrics.map(({ name }) => name)).toContain('pmcp_requests_total');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('that ends by SIGHUP removes its announcement', async () => {
    await session();
    child.kill('SIGHUP');
    expect(await ended()).toEqual([null, 'SIGHUP']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(ENDS)(
    'that is ended by its application, $title, has sent its queue, and removes its announcement',
    async ({ code, signal, status }) => {
      await session(withCode(code));
      if (signal === undefined) child.stdin?.end();
      else child.kill(signal);
      expect(await ended()).toEqual([status, null]);
      expect(collector.spans.map(({ name }) => name)).toEqual(['initialize']);
      expect(collector.logs.map(({ body }) => body)).toContain('initialize');
      expect(collector.metrics.map(({ name }) => name)).toContain('pmcp_requests_total');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each(['grpc', 'http/protobuf'])(
    'that is ended by its application authenticates over %s, and checks the identity of the collector',
    async (protocol) => {
      const { ca, server, client } = await createCertificates();
      const write = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const { url, heard, stop } = await SECURE[protocol as keyof typeof SECURE](ca, server);
      await session({
        ...withCode(ENDS[0]!.code),
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=notes',
        OTEL_EXPORTER_OTLP_CERTIFICATE: write('ca.pem', ca),
        OTEL_EXPORTER_OTLP_CLIENT_KEY: write('key.pem', client.key),
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: write('cert.pem', client.cert),
      });
      child.stdin?.end();
      expect(await ended()).toEqual([3, null]);
      expect(heard()).toEqual(['notes', 'notes', 'notes']);
      stop();
    },
  );

  it('that continues without its client has sent its queue', async () => {
    await session(withCode('setInterval(() => {}, 1_000);'));
    child.stdin?.end();
    await until(() => collector.spans.some(({ name }) => name === 'initialize'));
    await until(() => collector.metrics.some(({ name }) => name === 'pmcp_requests_total'));
    expect(child.exitCode).toBeNull();
  });

  it.each([
    ['by itself', '', 0],
    ['by its application', ENDS[0]!.code, 3],
  ])('that ends %s does not wait long for a collector that never answers', async (_, code, status) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await session({
      ...withCode(code),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
    });
    const start = performance.now();
    child.stdin?.end();
    expect(await ended()).toEqual([status, null]);
    // It takes one or two seconds; without a limit it would be the ten minutes of the exporter.
    expect(performance.now() - start).toBeLessThan(60_000);
    silent.close();
  });
});
