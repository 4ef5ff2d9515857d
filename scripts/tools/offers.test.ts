import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from './checksums.js';
import { OFFERS, offersFor } from './offers.js';
import type { ToolName } from './programs.js';
import { type Need, toRequest } from './request.js';

const ways = (name: ToolName, need?: Need, generation?: string): string[] =>
  offersFor(toRequest(name, need, generation)).map(({ way, version }) => `${way} ${version}`);

describe('the ways to get a tool', () => {
  it('begin with the fastest, and end with a build of minutes', () => {
    expect(ways('prometheus')).toEqual(['release 3.15.0', 'debian 2.42.0', 'release 2.55.1', 'go 3.16.0']);
  });

  it('omit Debian if Kubernetes discovery is needed', () => {
    expect(ways('promtool', { kubernetesSd: true })).toEqual([
      'release 3.15.0',
      'release 2.55.1',
      'go 3.16.0',
    ]);
  });

  it('omit versions that are too old', () => {
    expect(ways('promtool', { minVersion: '2.49' })).toEqual([
      'release 3.15.0',
      'release 2.55.1',
      'go 3.16.0',
    ]);
    expect(ways('prometheus', { minVersion: '3.16' })).toEqual(['go 3.16.0']);
    expect(ways('amtool', { minVersion: '0.28' })).toEqual(['release 0.34.1', 'go 0.31.1']);
  });

  it('keep to the requested generation of Prometheus', () => {
    expect(ways('prometheus', {}, '2')).toEqual(['debian 2.42.0', 'release 2.55.1']);
    expect(ways('prometheus', { kubernetesSd: true }, '2')).toEqual(['release 2.55.1']);
    expect(ways('prometheus', {}, '3')).toEqual(['release 3.15.0', 'go 3.16.0']);
  });

  it('do not depend on the generation for other tools', () => {
    expect(ways('alertmanager', {}, '2')).toEqual(ways('alertmanager'));
    expect(ways('redis-server', {}, '3')).toEqual(['debian 7.0']);
  });
});

describe('a pinned version', () => {
  const releases = OFFERS.filter(({ way }) => way === 'release');

  it.each(releases)('has a checksum on every platform: $product $version', ({ product, version }) => {
    const checksums = Object.entries(CHECKSUMS[`${product}-${version}`] ?? {});
    expect(checksums.map(([platform]) => platform).sort()).toEqual([
      'darwin-amd64',
      'darwin-arm64',
      'linux-amd64',
      'linux-arm64',
    ]);
    for (const [, checksum] of checksums) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['prometheus', (version: string) => version.replace(/^3\.(\d+)\./, '0.3$1.')],
    ['alertmanager', (version: string) => version],
    ['victoriametrics', (version: string) => version],
    ['victorialogs', (version: string) => version],
    ['jaeger', (version: string) => version],
    ['thanos', (version: string) => version],
    ['cortex', (version: string) => version],
  ] as const)('is the same in the Go module of %s', async (product, moduleVersion) => {
    const offer = OFFERS.find((candidate) => candidate.way === 'go' && candidate.product === product);
    const module = await readFile(join(import.meta.dirname, 'go', product, 'go.mod'), 'utf8');
    const version = moduleVersion(offer?.version ?? '');
    expect(module).toMatch(
      new RegExp(`^(require|\\s)\\s*github\\.com/[\\w-]+/${product} v${version}\\b`, 'im'),
    );
  });
});
