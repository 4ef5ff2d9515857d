import { describe, expect, it } from 'vitest';
import { compareVersions, versionIn } from './version.js';

describe('the version in the output of a program', () => {
  it.each([
    ['prometheus, version 3.16.0 (branch: , revision: unknown)', '3.16.0'],
    ['promtool, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5+deb12u1)', '2.42.0'],
    ['amtool, version 0.25.0 (branch: debian/sid, revision: 0.25.0-1+b4)', '0.25.0'],
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1', '7.0.15'],
    [
      'level=info msg="Redis Metrics Exporter 1.45.0-2+b4    build date: 20230409-10:15:07    Go: go1.19.8"',
      '1.45.0',
    ],
    ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', '15.18'],
    ['{"gitCommit":"","gitVersion":"v1.76.0","buildDate":""}', '1.76.0'],
    ['Kubernetes v1.37.2', '1.37.2'],
    ['etcd Version: 3.4.23\nGit SHA: Not provided', '3.4.23'],
    ['Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0', '1.32.4'],
    ['version.BuildInfo{Version:"v4.3.1", GitCommit:"", GoVersion:"go1.26.8"}', '4.3.1'],
    ['Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)', '156.0.8078.108'],
  ])('is found in %j', (output, version) => {
    expect(versionIn(output)).toBe(version);
  });

  it('is never that of the compiler, which a build without a version prints below', () => {
    expect(versionIn('prometheus, version  (branch: )\n  go version:       go1.26.8')).toBeUndefined();
  });

  it('is undefined if it has none', () => {
    expect(versionIn('')).toBeUndefined();
    expect(versionIn('unknown flag: --version')).toBeUndefined();
  });
});

describe('the order of versions', () => {
  it('is numeric, not alphabetical', () => {
    expect(compareVersions('2.100.0', '2.42.0')).toBeGreaterThan(0);
    expect(compareVersions('0.25.0', '0.28')).toBeLessThan(0);
    expect(compareVersions('3.0', '2.55.1')).toBeGreaterThan(0);
  });

  it('treats missing parts as 0', () => {
    expect(compareVersions('2.42', '2.42.0')).toBe(0);
    expect(compareVersions('2.42', '2.42.1')).toBeLessThan(0);
  });
});
