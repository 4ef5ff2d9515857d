import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { CHART, LEAST, objectsIn, rendered } from '../support/chart.js';
import { Registry } from '../support/registry.js';
import { output, said } from '../support/run.js';

const registry = new Registry();
let address: string;
beforeAll(async () => {
  address = await registry.start();
});
afterAll(() => registry.stop());

describe('the chart in a registry', () => {
  it('says what it is, and installs as it does from its folder', async () => {
    const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    const folder = temporaryFolder('package');
    await output('helm', ['package', CHART, '--destination', folder]);
    const archive = join(folder, `pmcp-server-${version}.tgz`);
    const pushed = await said('helm', ['push', archive, `oci://${address}/charts`, '--plain-http']);
    expect(pushed).toMatchObject({ status: 0 });

    const manifest = JSON.parse(registry.manifests.get(version)!.bytes.toString());
    expect(manifest.annotations).toMatchObject({
      'org.opencontainers.image.title': 'pmcp-server',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.source': 'https://github.com/pmcp/observability',
      'artifacthub.io/license': 'MIT',
    });
    expect(manifest.layers).toHaveLength(1);

    const source = ['notes', `oci://${address}/charts/pmcp-server`, '--version', version, '--plain-http'];
    const given = { input: JSON.stringify(LEAST) };
    const pulled = await said('helm', ['template', ...source, '--namespace=notes', '--values=-'], given);
    expect(pulled).toMatchObject({ status: 0 });
    expect(objectsIn(pulled.stdout)).toEqual(await rendered(LEAST));
  });
});
