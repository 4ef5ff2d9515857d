import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../../test/support/certificates.js';
import type { Protocol } from './exporter.js';
import { logExporter } from './exporters.js';

const ends: (() => void)[] = [];
const ports: Record<string, number> = {};

beforeAll(async () => {
  const pair = await (await createAuthority()).issue('localhost');
  const secured = [{ private_key: Buffer.from(pair.key), cert_chain: Buffer.from(pair.cert) }];
  ports['plain HTTP'] = await listening(createServer((_, answer) => answer.writeHead(404).end()));
  ports['a password'] = await listening(createServer((_, answer) => answer.writeHead(401).end()));
  ports.HTTPS = await listening(createTlsServer(pair));
  ports['plain gRPC'] = await bound(ServerCredentials.createInsecure());
  ports['gRPC with TLS'] = await bound(ServerCredentials.createSsl(null, secured));
});
afterAll(() => {
  for (const end of ends) end();
});

async function listening(server: Server): Promise<number> {
  ends.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function bound(credentials: ServerCredentials): Promise<number> {
  const server = new GrpcServer();
  ends.push(() => server.forceShutdown());
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port))),
  );
}

describe('the error of an export', () => {
  it.each<readonly [Protocol, string, string, string]>([
    ['http/protobuf', 'http', 'plain gRPC', 'OTEL_EXPORTER_OTLP_PROTOCOL=grpc'],
    ['http/protobuf', 'http', 'gRPC with TLS', 'https:// in'],
    ['http/protobuf', 'http', 'HTTPS', 'https:// in'],
    ['http/protobuf', 'http', 'plain HTTP', 'it has no such path'],
    ['http/protobuf', 'http', 'a password', 'OTEL_EXPORTER_OTLP_HEADERS'],
    ['http/protobuf', 'https', 'plain gRPC', 'http:// in'],
    ['http/protobuf', 'https', 'plain HTTP', 'http:// in'],
    ['http/protobuf', 'https', 'HTTPS', 'OTEL_EXPORTER_OTLP_CERTIFICATE'],
    ['grpc', 'http', 'plain HTTP', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'],
    ['grpc', 'http', 'HTTPS', 'https:// in'],
    ['grpc', 'http', 'gRPC with TLS', 'https:// in'],
    ['grpc', 'http', 'plain gRPC', 'it does not take this signal'],
    ['grpc', 'https', 'plain HTTP', 'http:// in'],
    ['grpc', 'https', 'plain gRPC', 'http:// in'],
    ['grpc', 'https', 'gRPC with TLS', 'OTEL_EXPORTER_OTLP_CERTIFICATE'],
  ])('says what to change where %s by %s meets %s: %s', async (protocol, scheme, who, hint) => {
    const url = `${scheme}://localhost:${ports[who]}`;
    const exporter = await logExporter({ protocol, url, maxTimeoutMs: 1_500, onRetry() {} });
    const error = await exporter.send([]).then(
      () => undefined,
      (thrown: Error) => thrown.message,
    );
    expect(error).toMatch(/^[^\n]+: [^\n]+ \([^()\n]+\)$/);
    expect(error).toContain(hint);
    await exporter.shutdown();
  });

  it.each<Protocol>(['http/protobuf', 'grpc'])(
    'says only what is known where nobody listens: %s',
    async (protocol) => {
      const exporter = await logExporter({
        protocol,
        url: 'http://127.0.0.1:1',
        maxTimeoutMs: 1_000,
        onRetry() {},
      });
      await expect(exporter.send([])).rejects.toThrow(
        /connect ECONNREFUSED 127\.0\.0\.1:1(\. Resolution note:)?$/,
      );
      await exporter.shutdown();
    },
  );
});
