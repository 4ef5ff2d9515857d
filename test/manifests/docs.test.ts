import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createObservability } from '@pmcp/observability';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHECKS } from '../../packages/doctor/src/checks/registry.js';
import { readSkips } from '../../packages/doctor/src/run/skips.js';
import { readWebConfig } from '../../packages/observability/src/admin/access/web-config.js';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { blocksOf, pages } from '../support/docs/blocks.js';
import { serveOneRequest } from '../support/one-request.js';
import { promtool } from '../support/promtool.js';
import { FOLDER } from './manifests.js';
import { faults } from './schema.js';

type Block = Readonly<Record<string, unknown>>;

const folder = mkdtempSync(join(tmpdir(), 'docs-yaml-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = pages()
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'yaml');

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const container = { name: 'c', image: 'i' };
const labels = { app: 'notes' };

const podFaults = (metadata: object, spec: object) =>
  faults({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, ...{ spec } });

/** Each part of a kustomization is a folder beside it, and a component after another one stands behind it. */
function kustomizationFaults({ resources, components }: Block): string[] {
  const folders = [...(resources as string[]), ...(components as string[])].map((path) => basename(path));
  const table = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const places = folders.map((folder) => table.indexOf(`\n| \`${folder}\` |`)).slice(1);
  const missing = folders.filter((folder) => !existsSync(join(FOLDER, folder, 'kustomization.yaml')));
  const isSorted = places.every((place, i) => place > (places[i - 1] ?? 0));
  return [...missing, ...(isSorted ? [] : ['Expected the order of the table'])];
}

/** How a block is checked, by its first key. */
const CHECKED: Readonly<Record<string, (block: Block, text: string) => Promise<unknown>>> = {
  apiVersion: async (block) => kustomizationFaults(block),
  scrape_configs: (_, text) => checkedByPrometheus(text),
  global: (_, text) => checkedByPrometheus(text),
  annotations: ({ annotations }) => podFaults({ annotations }, { containers: [container] }),
  ports: (block) => podFaults({}, { containers: [{ ...container, ...block }] }),
  containers: ({ containers }) => podFaults({}, { containers }),
  template: ({ template }) => {
    const { metadata, ...rest } = template as { readonly metadata: object };
    const pod = { ...rest, metadata: { labels, ...metadata }, spec: { containers: [container] } };
    const spec = { selector: { matchLabels: labels }, template: pod };
    return faults({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, ...{ spec } });
  },
  autoscaling: (values, text) =>
    CHECKED.image!({ image: { repository: 'registry.example.com/notes', tag: '1.0.0' }, ...values }, text),
  image: async (values) => {
    const schema = JSON.parse(
      readFileSync('charts/pmcp-server/values.schema.json', 'utf8').replace('(?i:', '(?:'),
    );
    const ajv = new Ajv2020({ strict: false });
    return ajv.validate(schema, values) || ajv.errorsText();
  },
  skip: async (_, text) => readSkips(CHECKS, write('skips.yaml', text)).size === 1 || 'Expected one check',
  tls_server_config: async (_, text) => {
    const hash = `$2y$10$${'a'.repeat(53)}`;
    const path = write('web-config.yml', text.replace('$2y$10$…', `'${hash}'`));
    const { users } = await readWebConfig(path, async (file) =>
      dirname(file) === folder && file.endsWith('.yml') ? readFileSync(file, 'utf8') : 'PEM',
    );
    return users.length === 1 || 'Expected one user';
  },
};

async function checkedByPrometheus(text: string): Promise<string[]> {
  const said = await promtool('3', 'check', 'config', write('prometheus.yml', text));
  return said.includes('SUCCESS') ? [] : [said];
}

describe('the YAML of the documentation', () => {
  it('appears in many places', () => expect(blocks.length).toBeGreaterThan(7));

  it.each(blocks)('is valid for its reader: $title', async ({ text }) => {
    const block = parse(text) as Block;
    const [key = ''] = Object.keys(block);
    expect(Object.keys(CHECKED)).toContain(key);
    expect([[], true]).toContainEqual(await CHECKED[key]!(block, text));
  });
});

describe('the pod of the quick start', () => {
  it('has the port and the probes that a server answers in Kubernetes', async () => {
    const { text } = blocks.find(({ title }) => title.includes('quick-start'))!;
    const { ports, readinessProbe, livenessProbe } = parse(text);
    const observability = createObservability({ metrics: { port: 0 } });
    try {
      const { port } = (await observability.listen())!;
      await serveOneRequest(observability.observe);
      for (const { httpGet } of [readinessProbe, livenessProbe]) {
        expect(httpGet.port).toBe(ports[0].name);
        expect((await fetch(`http://127.0.0.1:${port}${httpGet.path}`)).status).toBe(200);
      }
      expect(ports[0].containerPort).toBe(resolveOptions({}, {}).metrics.port);
    } finally {
      await observability.shutdown();
    }
  });
});
