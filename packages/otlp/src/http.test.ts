import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { logExporter } from './exporters.js';

it('gives up an answer that arrives a byte at a time', async () => {
  const server = createServer((request, response) => {
    request.resume();
    const drip = setInterval(() => response.write('x'), 50);
    response.once('close', () => clearInterval(drip));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`;
  const exporter = await logExporter({ protocol: 'http/protobuf', url, maxTimeoutMs: 2_000, onRetry() {} });
  await expect(exporter.send([])).rejects.toThrow('no whole answer within 2000 ms');
  server.closeAllConnections();
  server.close();
});
