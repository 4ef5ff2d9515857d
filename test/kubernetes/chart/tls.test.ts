import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import type { Container, PodSpec } from '../../manifests/manifests.js';
import { type Authority, createAuthority, type KeyPair } from '../../support/certificates.js';
import { runHttpProxy } from '../../support/http-proxy.js';
import { startHttpServer } from '../../support/http-server.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';
import { type GivenValues, LEAST, OWN_GATEWAY, rendered, WITH_PROXY } from '../support/chart.js';
import { argumentsOf, environment, podOf } from '../support/pod.js';
import { merged } from '../support/switches.js';

interface Specs {
  readonly Certificate: { readonly dnsNames: readonly [string] };
  readonly BackendTLSPolicy: { readonly validation: { readonly hostname: string } };
}

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** The pod of a release over TLS, and the folder where cert-manager has put what its Certificate asks for. */
async function release(values: GivenValues) {
  const all = merged(merged(LEAST, OWN_GATEWAY), { tls: { issuer: 'pmcp-server' }, ...values });
  const objects = await rendered(all);
  const specOf = <Kind extends keyof Specs>(wanted: Kind) =>
    (objects.find(({ kind }) => kind === wanted) as unknown as { spec: Specs[Kind] }).spec;
  const [name] = specOf('Certificate').dnsNames;
  const folder = temporaryFolder('server-tls');
  const renew = async () => put(folder, await authority.issue(name));
  await renew();
  return { pod: podOf(objects), folder, renew, hostname: specOf('BackendTLSPolicy').validation.hostname };
}

function put(folder: string, { cert, key }: KeyPair): void {
  writeFileSync(join(folder, 'tls.key'), key);
  writeFileSync(join(folder, 'tls.crt'), cert);
}

/** Calls the server as the Gateway does: it trusts the authority, and expects the name of the policy. */
async function call(url: URL, hostname: string): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'g', version: '1' } };
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    host: 'localhost',
  };
  const options = { method: 'POST', ca: authority.cert, servername: hostname, headers };
  const calling = request(url, options);
  calling.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
  return text(await responseTo(calling));
}

async function serial({ port }: URL, hostname: string): Promise<string> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', ca: authority.cert, servername: hostname });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** Starts the notes server as a kubelet would. */
async function startNotes({ containers: [container] }: PodSpec, folder: string): Promise<URL> {
  const port = String(await freePort());
  const env = { ...process.env, ...environment(container as Container, folder), PORT: port };
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/notes/main.ts'], {
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  cleanUps.push(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => String(chunk).includes('notes server is up') && resolve());
  });
  return new URL(`https://127.0.0.1:${port}/mcp`);
}

describe('the chart over TLS', () => {
  it('lets a server that reads the files answer the Gateway, and take a renewed certificate', async () => {
    const { pod, folder, renew, hostname } = await release({});
    const url = await startNotes(pod, folder);
    expect(await call(url, hostname)).toContain('"serverInfo"');
    const before = await serial(url, hostname);
    await renew();
    await until(async () => (await serial(url, hostname)) !== before);
    expect(await call(url, hostname)).toContain('"serverInfo"');
  });

  it('lets the proxy answer the Gateway for a server that knows no TLS, and refuses plain HTTP', async () => {
    const { pod, folder, hostname } = await release({ proxy: WITH_PROXY });
    const server = await startHttpServer();
    cleanUps.push(
      () => server.child.kill(),
      () => server.ended,
    );
    const proxy = pod.initContainers?.[0] as Container;
    const running = await runHttpProxy(argumentsOf(proxy, folder, server.mcpUrl), environment(proxy, folder));
    cleanUps.push(() => running.stop());
    expect(await call(new URL('/mcp', running.url), hostname)).toContain('"serverInfo"');
    await expect(fetch(running.url.replace('https:', 'http:'))).rejects.toThrow();
    // The server behind it is on loopback, and gets neither certificate nor key.
    expect(JSON.stringify(pod.containers)).not.toContain('server-tls');
  });
});
