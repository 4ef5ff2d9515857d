import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createAuthority } from '../../support/certificates.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { forward } from '../../support/forward.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';

let healthy: NotesServer;
let authority: Awaited<ReturnType<typeof createAuthority>>;
const folder = temporaryFolder('doctor');
const ca = join(folder, 'ca.pem');
const tokenFile = [`url=${join(folder, 'token')}`];
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [healthy, authority] = await Promise.all([startNotes(), createAuthority()]);
  writeFileSync(ca, authority.cert);
  writeFileSync(join(folder, 'token'), 's3cret-t0ken', { mode: 0o600 });
});
afterAll(async () => {
  await healthy.close();
  await Promise.all(endings.map((end) => end()));
});

/** The healthy server behind TLS and a guard, which names its metadata at one address and its resource at another. */
async function guarded(named: string, resource: string) {
  const server = createServer(await authority.issue('localhost'), (incoming, response) => {
    const { port } = server.address() as AddressInfo;
    const told = (address: string) => address.replace('HOST', `localhost:${port}`);
    if (incoming.url?.startsWith('/.well-known/')) {
      const document = { resource: told(resource), authorization_servers: ['https://id.example'] };
      return void response.end(JSON.stringify(document));
    }
    if (incoming.headers.authorization !== undefined) return forward(healthy.url, incoming, response);
    const challenge = `Bearer resource_metadata="${told(named)}"`;
    incoming.resume().on('end', () => response.writeHead(401, { 'www-authenticate': challenge }).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(async () => void server.close());
  const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/mcp`);
  return { url, admin: healthy.admin, ca, tokenFile };
}

const PATH = '/.well-known/oauth-protected-resource/mcp';

describe('the doctor before a server behind TLS that asks for tokens', () => {
  it.each([
    [
      'names its metadata',
      `http://HOST${PATH}`,
      'https://HOST/mcp',
      /^the metadata that .* names is plain HTTP/,
    ],
    [
      'names its metadata at another port',
      `http://localhost${PATH}`,
      'https://HOST/mcp',
      /^the metadata that/,
    ],
    [
      'is a resource',
      `https://HOST${PATH}`,
      'http://HOST/mcp',
      /^the resource in the metadata .* is plain HTTP/,
    ],
    [
      'is a resource, as a whole,',
      `https://HOST${PATH}`,
      'http://localhost',
      /^the resource in the metadata/,
    ],
  ])('says that it does not know of TLS where it %s at plain HTTP', async (_, named, resource, told) => {
    const asked = await guarded(named, resource);
    expect(await diagnosis(asked)).toEqual({ 'PMCP-D027': [expect.stringMatching(told)] });
    const [result] = await examined(asked, ({ code }) => code === 'PMCP-D027');
    expect(result?.outcome).toMatchObject({
      findings: [{ cure: expect.stringContaining('X-Forwarded-Proto') }],
    });
  });

  it.each([
    ['both by HTTPS', `https://HOST${PATH}`, 'https://HOST/mcp'],
    ['its metadata by a path', PATH, 'https://HOST'],
  ])('finds nothing wrong where it names %s', async (_, named, resource) => {
    expect(await diagnosis(await guarded(named, resource))).toEqual({});
  });
});
