import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { type Certificates, createCertificates } from '../../support/certificates.js';
import { Gate } from '../../support/gate.js';
import { connectClient, type HttpServer, startHttpServer } from '../../support/http-server.js';
import { UNTIL_QUIET } from '../../support/measured.js';

let collector: Collector;
let server: HttpServer | undefined;
let gate: Gate | undefined;
afterEach(async () => {
  server?.child.kill('SIGKILL');
  await gate?.close();
  collector.stop();
});

async function start(url: string, env: Record<string, string>): Promise<HttpServer> {
  server = await startHttpServer(
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: '2000', ...env },
  );
  return server;
}

/** Makes this many spans: one per call, and one for the request that connects. */
async function spans(count: number): Promise<void> {
  const client = await connectClient(server!.mcpUrl);
  for (let i = 1; i < count; i++) await client.callTool({ name: 'wait', arguments: { ms: 0 } });
  await client.close();
}

async function fates(): Promise<Record<string, number>> {
  const text = await (await fetch(`${server!.admin}/metrics`)).text();
  const lines = text.matchAll(/^pmcp_telemetry_(exported|dropped)_total\{signal="traces".*\} (\d+)$/gm);
  const counts: Record<string, number> = { exported: 0, dropped: 0 };
  for (const [, fate = '', count] of lines) counts[fate]! += Number(count);
  return counts;
}

/** A busy machine may need longer for a batch than its timeout. It is known at once then. */
async function expectFates(expected: { readonly exported: number; readonly dropped: number }): Promise<void> {
  const total = async () => Object.values(await fates()).reduce((sum, count) => sum + count, 0);
  await expect.poll(total).toBe(expected.exported + expected.dropped);
  expect(await fates()).toEqual(expected);
}

describe('a connection that breaks while a batch is being sent', UNTIL_QUIET, () => {
  it('loses only that batch, which is counted', async () => {
    collector = await Collector.start();
    gate = new Gate(collector.port);
    await gate.open();
    await start(`http://127.0.0.1:${gate.port}`, {
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    });
    gate.cutAfter(1_500);
    await spans(10);
    await expectFates({ exported: 0, dropped: 10 });
    expect(gate.cuts).toBeGreaterThan(0);
    expect(collector.spans).toEqual([]);

    gate.cutAfter(undefined);
    await spans(10);
    await expectFates({ exported: 10, dropped: 10 });
    expect(collector.spans).toHaveLength(10);
  });
});

describe('TLS', UNTIL_QUIET, () => {
  let folder: string;
  let certificates: Certificates;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certificates-'));
    certificates = await createCertificates();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  async function collect(asksForCertificate: boolean): Promise<void> {
    const { ca, server } = certificates;
    const pair = { private_key: Buffer.from(server.key), cert_chain: Buffer.from(server.cert) };
    const credentials = ServerCredentials.createSsl(Buffer.from(ca), [pair], asksForCertificate);
    collector = await Collector.start({ credentials });
  }

  async function variables(): Promise<Record<string, string>> {
    const { ca, client } = certificates;
    return {
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_CERTIFICATE: await file('ca.pem', ca),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: await file('client.key', client.key),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: await file('client.pem', client.cert),
    };
  }

  const ARRIVED = { exported: 3, dropped: 0 };
  const LOST = { exported: 0, dropped: 3 };

  it.each([
    ['reaches a collector whose authority it knows', false, [], ARRIVED],
    ['shows its certificate to one that asks for it', true, [], ARRIVED],
    [
      'trusts no collector of an authority that it does not know',
      false,
      ['OTEL_EXPORTER_OTLP_CERTIFICATE'],
      LOST,
    ],
    [
      'is refused where it has no certificate and one is asked for',
      true,
      ['OTEL_EXPORTER_OTLP_CLIENT_KEY', 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'],
      LOST,
    ],
  ])('%s', async (_, asksForCertificate, missing, expected) => {
    await collect(asksForCertificate);
    const without = Object.fromEntries(missing.map((name) => [name, '']));
    await start(collector.url, { ...(await variables()), ...without });
    await spans(3);
    await expectFates(expected);
    expect(collector.spans).toHaveLength(expected.exported);
  });
});
