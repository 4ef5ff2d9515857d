import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';

const folder = temporaryFolder('tls');
const path = (name: string) => join(folder, name);

/** Makes a self-signed certificate for loopback. */
function certificate(name: string): { key: string; cert: string } {
  const [key, cert] = [path(`${name}.key`), path(`${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key, cert };
}

const [server, client, listener] = ['server', 'client', 'listener'].map(certificate) as [
  ReturnType<typeof certificate>,
  ReturnType<typeof certificate>,
  ReturnType<typeof certificate>,
];

const upstream = createServer(
  {
    key: readFileSync(server.key),
    cert: readFileSync(server.cert),
    ca: readFileSync(client.cert),
    requestCert: true,
    rejectUnauthorized: false,
  },
  (incoming, outgoing) => {
    const peer = (incoming.socket as TLSSocket).getPeerCertificate();
    outgoing.end(`${incoming.headers.host} ${peer.subject?.CN ?? 'nobody'}`);
  },
).listen(0, '127.0.0.1');
await once(upstream, 'listening');
const { port } = upstream.address() as AddressInfo;

let proxy: RunningProxy | undefined;
afterEach(() => proxy?.stop());

async function get(
  url: string,
  options: RequestOptions = {},
): Promise<{ status: number | undefined; body: string }> {
  const [response] = await once(request(url, options).end(), 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body };
}

const LISTENER = ['--tls-cert', listener.cert, '--tls-key', listener.key];
const trusting = {
  ca: readFileSync(listener.cert),
  headers: { host: 'mcp.example' },
  servername: 'localhost',
};

describe('TLS of the HTTP proxy', () => {
  it('works on both sides, with its own certificate, whatever host the client asks for', async () => {
    const flags = [
      '--upstream-ca',
      server.cert,
      '--upstream-cert',
      client.cert,
      '--upstream-key',
      client.key,
    ];
    proxy = await startHttpProxy(`https://localhost:${port}`, [...LISTENER, ...flags]);
    expect(await get(proxy.url, trusting)).toEqual({ status: 200, body: 'mcp.example client' });
  });

  it('rejects a server that it cannot trust', async () => {
    proxy = await startHttpProxy(`https://127.0.0.1:${port}`, LISTENER);
    const { status, body } = await get(proxy.url, trusting);
    expect(status).toBe(502);
    expect(JSON.parse(body).error.message).toBe('MCP server: DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('rejects clients without a certificate, if one is required', async () => {
    const upstreamOf = ['--upstream-ca', server.cert];
    proxy = await startHttpProxy(`https://localhost:${port}`, [
      ...LISTENER,
      ...upstreamOf,
      '--tls-client-ca',
      client.cert,
    ]);
    await expect(get(proxy.url, trusting)).rejects.toThrow();
    const stranger = { cert: readFileSync(server.cert), key: readFileSync(server.key) };
    await expect(get(proxy.url, { ...trusting, ...stranger })).rejects.toThrow();
    const known = { cert: readFileSync(client.cert), key: readFileSync(client.key) };
    expect(await get(proxy.url, { ...trusting, ...known })).toEqual({
      status: 200,
      body: 'mcp.example nobody',
    });
  });
});
