import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { scrape } from './exposition.js';
import { type RunningProxy, startHttpProxy } from './http-proxy.js';
import { until } from './until.js';

let proxy: RunningProxy | undefined;
let server: Server | undefined;
afterEach(async () => {
  await proxy?.stop();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Starts a server with this handler and the proxy in front of it, until the end of the test. */
export async function behind(
  handle: RequestListener,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  // On a busy machine the usual five seconds pass while a connection waits, which then ends under the next request.
  server = createServer({ keepAliveTimeout: 600_000 }, handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return inFrontOf(`http://127.0.0.1:${port}`, flags, env);
}

/** Starts the proxy in front of an existing server, until the end of the test. */
export async function inFrontOf(
  upstream: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  proxy = await startHttpProxy(upstream, flags, env);
  return proxy;
}

/** Waits until a series of the proxy has this value. */
export async function counted(series: string, value: number): Promise<void> {
  await until(async () => (await scrape(proxy!.port)).get(series) === value);
}

export const inFlight = 'pmcp_requests_in_flight{method="tools/call"}';
export const ended = (outcome: string, name = '_other') =>
  `pmcp_requests_total{method="tools/call",name="${name}",outcome="${outcome}"}`;

export async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const call = (id: number) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'slow', arguments: {} } });
export const result = (id: number, members = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { content: [], ...members } });

export function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

export const json = (response: ServerResponse, body: string, headers = {}) =>
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body);
