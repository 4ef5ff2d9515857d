import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http';
import { createServer, type RequestOptions, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type Certificates, Upstream } from '../../../packages/observability/src/proxy/http/upstream.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type Authority, createAuthority, type KeyPair } from '../../support/certificates.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

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
  const response = await responseTo(request(url, options).end());
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

describe('TLS to the server of the HTTP proxy', async () => {
  const [authority, other] = await Promise.all([createAuthority('one'), createAuthority('another')]);
  const past = { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2020-02-01') };
  const put = (name: string, content: string) => {
    writeFileSync(path(name), content);
    return path(name);
  };
  let behind: Server | undefined;
  let front: PlainServer | undefined;
  afterEach(() => {
    for (const one of [front, behind]) {
      one?.closeAllConnections();
      one?.close();
    }
  });

  /** A server that requires a client certificate of an authority, and says whose it got. */
  async function requiring(pair: KeyPair): Promise<string> {
    behind = createServer({ ...pair, ca: authority.cert, requestCert: true }, (incoming, outgoing) => {
      outgoing.end((incoming.socket as TLSSocket).getPeerCertificate().subject.CN);
    }).listen(0, '127.0.0.1');
    await once(behind, 'listening');
    return `https://localhost:${(behind.address() as AddressInfo).port}`;
  }

  const flagsOf = ({ cert, key }: KeyPair, name: string) => [
    '--upstream-cert',
    put(`${name}.crt`, cert),
    '--upstream-key',
    put(`${name}.key`, key),
  ];
  const trusting = (ca: string) => ['--upstream-ca', put('upstream-ca.crt', ca)];

  /** The part of the proxy that talks to the server, in this process: each case would take a second more. */
  async function inFrontOf(url: URL, certificates: Certificates): Promise<string> {
    const times = { timeoutMs: 5_000, bodyTimeoutMs: 5_000 };
    const upstream = new Upstream({ url, ...times, forwarded: 'no', injectMeta: false }, certificates);
    front = createPlainServer((incoming, outgoing) => {
      const request = upstream.request(incoming);
      request.on('response', (response) => response.pipe(outgoing));
      request.on('error', () => outgoing.writeHead(502).end());
      request.end();
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  it.each([
    ['the right certificates', { client: () => authority.issue('proxy') }, 200, 'proxy'],
    ['a server of another authority', { ca: other.cert, client: () => authority.issue('proxy') }, 502],
    ['a server whose certificate has expired', { server: past, client: () => authority.issue('proxy') }, 502],
    ['no client certificate', {}, 502],
    ['a client certificate of another authority', { client: () => other.issue('proxy') }, 502],
    ['a client certificate that has expired', { client: () => authority.issue('proxy', past) }, 502],
  ] as const)('answers as it must: %s', async (_, setting, status, body?: string) => {
    const { ca = authority.cert, client, server: validity } = setting as Setting;
    const url = new URL(await requiring(await authority.issue('localhost', validity)));
    const front = await inFrontOf(url, { ca: Buffer.from(ca), ...buffers(await client?.()) });
    const answer = await fetch(front);
    expect(answer.status).toBe(status);
    if (body) expect(await answer.text()).toBe(body);
  });

  it('shows a certificate that was renewed on disk, and keeps the one before while the files do not fit', async () => {
    const target = await requiring(await authority.issue('localhost'));
    proxy = await startHttpProxy(target, [
      ...trusting(authority.cert),
      ...flagsOf(await authority.issue('first'), 'renewed'),
    ]);
    const shown = async () => (await fetch(proxy!.url)).text();
    expect(await shown()).toBe('first');
    const second = await authority.issue('second');
    const warned = once(createInterface({ input: proxy.child.stderr! }), 'line');
    put('renewed.crt', second.cert);
    expect(String(await warned)).toContain(
      'the proxy keeps its certificates: expected the file of --upstream-key',
    );
    expect(await shown()).toBe('first');
    put('renewed.key', second.key);
    await until(async () => (await shown()) === 'second');
  });

  it('shows clients a certificate that was renewed on disk', async () => {
    const target = await requiring(await authority.issue('localhost'));
    const pair = await authority.issue('first.example');
    const own = ['--tls-cert', put('own.crt', pair.cert), '--tls-key', put('own.key', pair.key)];
    proxy = await startHttpProxy(target, [...trusting(authority.cert), ...flagsOf(pair, 'shown'), ...own]);
    const { port } = new URL(proxy.url);
    const served = async () => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), ca: authority.cert });
      await once(socket, 'secureConnect');
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      return name;
    };
    expect(await served()).toBe('first.example');
    const next = await authority.issue('second.example');
    put('own.crt', next.cert);
    put('own.key', next.key);
    await until(async () => (await served()) === 'second.example');
  });
});

function buffers(pair: KeyPair | undefined): Certificates {
  return pair ? { cert: Buffer.from(pair.cert), key: Buffer.from(pair.key) } : {};
}

interface Setting {
  readonly ca?: string;
  readonly client?: () => Promise<KeyPair>;
  readonly server?: Parameters<Authority['issue']>[1];
}
