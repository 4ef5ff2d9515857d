import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis } from '../../support/doctor.js';
import { cluster } from '../../support/kubernetes/served-cluster.js';

/** A program in place of kubectl, alone in its folder. */
function kubectl(script: string): void {
  const folder = temporaryFolder('kubectl');
  writeFileSync(join(folder, 'kubectl'), `#!${process.execPath}\n${script}`);
  chmodSync(join(folder, 'kubectl'), 0o755);
  vi.stubEnv('PATH', folder);
}

/** Does what `kubectl proxy` does: serves the API at a socket, for whoever may open that. */
const PROXY = (api: string) => `
const { createServer, request } = require('node:http');
const socket = process.argv.find((word) => word.startsWith('--unix-socket=')).slice(14);
if (!process.argv.includes('--context=shop')) throw new Error('expected a context');
createServer(({ url, method, headers }, response) => {
  request(new URL(url, '${api}'), { method, headers: { accept: headers.accept } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }).end();
}).listen(socket, () => console.log('Starting to serve on ' + socket));
`;

describe('the doctor with kubectl', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('asks the API through it, and leaves no process and no socket behind', async () => {
    const folder = temporaryFolder('sockets');
    const api = await cluster((state) => {
      state.gitVersion = 'v1.31.4';
    });
    kubectl(PROXY(api));
    vi.stubEnv('TMPDIR', folder);
    expect(Object.keys(await diagnosis({ kube: 'shop' }))).toEqual(['PMCP-D302']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [
      `console.error('error: context "shop" does not exist'); process.exit(1)`,
      'kubectl says: error: context "shop" does not exist',
    ],
    ['process.exit(3)', 'kubectl says: nothing, and ends with 3'],
  ])('says what it says: %s', async (script, told) => {
    kubectl(script);
    expect(await diagnosis({ kube: 'shop' })).toEqual({ 'PMCP-D300': [`shop can't be asked: ${told}`] });
  });

  it('says what else there is where it is not installed', async () => {
    vi.stubEnv('PATH', temporaryFolder('empty'));
    const { 'PMCP-D300': found = [] } = await diagnosis({ kube: 'shop' });
    expect(found[0]).toMatch(
      /^shop can't be asked: kubectl can't be started \(.*ENOENT\): install it, or give --kube the URL/,
    );
  });

  it('says so where it is in no pod', async () => {
    const { 'PMCP-D300': found = [] } = await diagnosis({ kube: 'in-cluster' });
    expect(found[0]).toContain('this is no pod of Kubernetes: KUBERNETES_SERVICE_HOST is not set');
  });
});
