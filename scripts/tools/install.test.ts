import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ChecksumError } from './checksums.js';
import { fakeProgram, temporaryFolder } from './fakes.js';
import { obtain, type Site, type Way } from './install.js';
import type { Offer } from './offers.js';
import { toRequest } from './request.js';

const silent = (): void => undefined;
const request = toRequest('prometheus');
const OFFERS: readonly Offer[] = [
  { way: 'release', product: 'prometheus', version: '3.15.0' },
  { way: 'debian', product: 'prometheus', version: '2.42.0' },
  { way: 'go', product: 'prometheus', version: '3.16.0' },
];

const brings =
  (version: string): Way =>
  async (_, { programs }) => {
    await fakeProgram(programs, 'prometheus', `prometheus, version ${version} (branch: HEAD)`);
  };
const fails =
  (reason: string): Way =>
  async () => {
    throw new Error(reason);
  };

let root: string;

beforeEach(async () => {
  root = await temporaryFolder();
});

function site(ways: Partial<Site['ways']>): Site {
  const toolsDir = join(root, '.tools');
  const unused = fails('not to be tried');
  return {
    path: [],
    toolsDir,
    offers: OFFERS,
    ways: { release: unused, debian: unused, go: unused, ...ways },
  };
}

describe('getting a tool', () => {
  it('installs it under its own version, and leaves nothing else', async () => {
    const tool = await obtain(request, site({ release: brings('3.15.2') }), silent);
    expect(tool).toEqual({ path: join(root, '.tools/prometheus-3.15.2/prometheus'), version: '3.15.2' });
    expect(await readdir(join(root, '.tools'))).toEqual(['prometheus-3.15.2']);
  });

  it('installs nothing when it exists', async () => {
    await fakeProgram(join(root, 'bin'), 'prometheus', 'prometheus, version 2.45.0 (x)');
    const tool = await obtain(request, { ...site({}), path: [join(root, 'bin')] }, silent);
    expect(tool.version).toBe('2.45.0');
    expect(await readdir(root)).toEqual(['bin']);
  });

  it('installs once for concurrent callers', async () => {
    const release = vi.fn(brings('3.15.0'));
    const tools = await Promise.all([1, 2, 3].map(() => obtain(request, site({ release }), silent)));
    expect(release).toHaveBeenCalledOnce();
    expect(new Set(tools.map(({ path }) => path)).size).toBe(1);
  });

  it('tries the next way when one fails, and logs why', async () => {
    const said: string[] = [];
    const ways = { release: fails("can't reach github.com (ENOTFOUND)"), debian: brings('2.42.0') };
    const { version } = await obtain(request, site(ways), (message) => said.push(message));
    expect(version).toBe('2.42.0');
    expect(said[0]).toBe("prometheus 3.15.0 by way of release: can't reach github.com (ENOTFOUND)");
  });

  it('tries the next way when one brings an unsuitable version', async () => {
    const ways = { release: brings('2.0.0'), debian: brings('2.42.0') };
    expect((await obtain(request, site(ways), silent)).version).toBe('2.42.0');
  });

  it('keeps generations side by side', async () => {
    await obtain(request, site({ release: brings('3.15.0') }), silent);
    await obtain(toRequest('prometheus', {}, '2'), site({ debian: brings('2.42.0') }), silent);
    expect((await readdir(join(root, '.tools'))).sort()).toEqual(['prometheus-2.42.0', 'prometheus-3.15.0']);
  });

  it('stops at an archive that is not the released one', async () => {
    const release: Way = async () => {
      throw new ChecksumError('Expected another archive');
    };
    const attempt = obtain(request, site({ release, debian: brings('2.42.0') }), silent);
    await expect(attempt).rejects.toThrow('Expected another archive');
    expect(await readdir(join(root, '.tools'))).toEqual([]);
  });

  it('names every way that was tried, and what to do, when all fail', async () => {
    const old = await fakeProgram(join(root, 'bin'), 'prometheus', 'prometheus, version 2.1.0 (x)');
    const ways = { release: fails('no network'), debian: fails('no apt-get'), go: fails('no compiler') };
    const attempt = obtain(request, { ...site(ways), path: [join(root, 'bin')] }, silent);
    await expect(attempt).rejects.toThrow(`Can't find or install prometheus, 2.42 or newer.
  - ${old} is 2.1.0; wanted: prometheus, 2.42 or newer
  - prometheus 3.15.0 by way of release: no network
  - prometheus 2.42.0 by way of debian: no apt-get
  - prometheus 3.16.0 by way of go: no compiler
To install it by hand, get it from https://prometheus.io/download/#prometheus, and put it on the PATH or into ${root}/.tools/prometheus-<version>.`);
  });
});
