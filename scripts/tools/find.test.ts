import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeProgram, temporaryFolder } from './fakes.js';
import { find, type Places } from './find.js';
import { toRequest } from './request.js';

let root: string;
let places: Places;

beforeEach(async () => {
  root = await temporaryFolder();
  places = { path: [join(root, 'a'), join(root, 'b')], toolsDir: join(root, 'tools') };
});

const prometheus = (folder: string, version: string, name = 'prometheus'): Promise<string> =>
  fakeProgram(join(root, folder), name, `${name}, version ${version} (branch: HEAD)`);

describe('finding a program', () => {
  it('takes the first on the PATH', async () => {
    const path = await prometheus('a', '2.42.0+ds');
    await prometheus('b', '3.15.0');
    const { tool } = await find(toRequest('prometheus'), places);
    expect(tool).toEqual({ path, version: '2.42.0' });
  });

  it('skips one that is too old, and reports that', async () => {
    const old = await prometheus('a', '2.41.0');
    const path = await prometheus('b', '2.42.0');
    const { tool, passedOver } = await find(toRequest('prometheus'), places);
    expect(tool).toEqual({ path, version: '2.42.0' });
    expect(passedOver).toEqual([`${old} is 2.41.0; wanted: prometheus, 2.42 or newer`]);
  });

  it('skips another generation', async () => {
    await prometheus('a', '3.15.0');
    const path = await prometheus('b', '2.42.0');
    const { tool } = await find(toRequest('prometheus', {}, '2'), places);
    expect(tool?.path).toBe(path);
  });

  it('skips one that does not print its version', async () => {
    const odd = await fakeProgram(join(root, 'a'), 'prometheus', 'a game about a titan');
    const { tool, passedOver } = await find(toRequest('prometheus'), places);
    expect(tool).toBeUndefined();
    expect(passedOver).toEqual([`${odd} does not tell its version`]);
  });

  it('skips folders, and files that are not executable', async () => {
    await prometheus('a/prometheus', '3.0.0');
    await chmod(await prometheus('b', '3.0.0'), 0o644);
    expect(await find(toRequest('prometheus'), places)).toEqual({ passedOver: [] });
  });

  it('runs a program only once if two folders of the PATH are the same', async () => {
    await prometheus('a', '2.0.0');
    await symlink(join(root, 'a'), join(root, 'b'));
    const { passedOver } = await find(toRequest('prometheus'), places);
    expect(passedOver).toHaveLength(1);
  });

  it('takes the newest in the tools folder, and none that is being installed', async () => {
    await prometheus('tools/prometheus-2.42.0', '2.42.0');
    await prometheus('tools/.scratch-go-1', '3.99.0');
    await prometheus('tools/prometheus-3.9.0', '3.9.0');
    const path = await prometheus('tools/prometheus-3.16.0', '3.16.0');
    const { tool } = await find(toRequest('prometheus'), places);
    expect(tool).toEqual({ path, version: '3.16.0' });
  });

  it('finds Alertmanager under the name in Debian', async () => {
    const path = await fakeProgram(
      join(root, 'b'),
      'prometheus-alertmanager',
      'alertmanager, version 0.25.0 (x)',
    );
    const { tool } = await find(toRequest('alertmanager'), places);
    expect(tool).toEqual({ path, version: '0.25.0' });
  });

  it('searches the newest folder of PostgreSQL in Debian', async () => {
    const versioned = join(root, 'postgresql');
    await fakeProgram(join(versioned, '9.6/bin'), 'postgres', 'postgres (PostgreSQL) 9.6.1');
    const path = await fakeProgram(join(versioned, '15/bin'), 'postgres', 'postgres (PostgreSQL) 15.18');
    const { tool } = await find(toRequest('postgres'), { ...places, versioned });
    expect(tool).toEqual({ path, version: '15.18' });
  });
});

describe('Kubernetes discovery', () => {
  const request = toRequest('prometheus', { kubernetesSd: true });
  const refusal = 'line 2: field kubernetes_sd_configs not found in type config.ScrapeConfig';

  it('is supported if promtool in the same folder accepts a configuration with it', async () => {
    const path = await prometheus('a', '3.15.0');
    await prometheus('a', '3.15.0', 'promtool');
    expect((await find(request, places)).tool?.path).toBe(path);
  });

  it('is not supported if promtool in the same folder rejects the configuration', async () => {
    const path = await prometheus('a', '2.42.0');
    await fakeProgram(join(root, 'a'), 'promtool', refusal, 1);
    const { tool, passedOver } = await find(request, places);
    expect(tool).toBeUndefined();
    expect(passedOver[0]).toContain(`${path} has no kubernetes_sd`);
    expect(passedOver[0]).toContain(refusal);
  });

  it('counts as unsupported without promtool', async () => {
    await prometheus('a', '3.15.0');
    expect((await find(request, places)).tool).toBeUndefined();
  });
});
