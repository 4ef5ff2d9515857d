import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined } from '../../support/doctor.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');
const EXAMPLE = join(import.meta.dirname, '../../../examples/kubernetes/base');
const OBJECTS = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'];
const RESOURCES = '{ requests: { cpu: 250m, memory: 256Mi }, limits: { memory: 512Mi } }';

/** A base without resources and with a probe of a wrong path, and overlays that are named `overlays/NAME`. */
function kustomized(
  overlays: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): string {
  const folder = join(temporaryFolder('doctor'), 'deploy');
  const base = Object.fromEntries(
    OBJECTS.map((name) => [`base/${name}.yaml`, readFileSync(join(EXAMPLE, `${name}.yaml`), 'utf8')]),
  );
  const deployment = base['base/deployment.yaml']!.replace(/ {10}resources:\n(?: {12}.*\n)+/, '').replace(
    '/health/ready',
    '/ready',
  );
  const files = {
    ...base,
    'base/deployment.yaml': deployment,
    'base/kustomization.yaml': `resources: [${OBJECTS.map((name) => `${name}.yaml`).join(', ')}]\n`,
    ...Object.fromEntries(
      Object.entries(overlays).map(([name, text]) => [
        `overlays/${name}/kustomization.yaml`,
        `resources: [../../base]\n${text}\n`,
      ]),
    ),
    ...more,
  };
  writeFiles(folder, files);
  return folder;
}

/** A part of the Deployment that repairs both. */
const PART = `kind: Deployment
apiVersion: apps/v1
metadata: { name: notes }
spec:
  template:
    spec:
      containers:
        - { name: notes, resources: ${RESOURCES}, env: [{ name: PMCP_LOG, value: info }], readinessProbe: { httpGet: { path: /health/ready } } }
`;
const indented = (text: string) => text.replaceAll(/^/gm, '      ');
const CONTAINER = '/spec/template/spec/containers/0';
const OPERATIONS = `- { op: add, path: ${CONTAINER}/resources, value: ${RESOURCES} }
- { op: replace, path: ${CONTAINER}/readinessProbe/httpGet/path, value: /health/ready }
`;
const MERGED = `patches:\n  - patch: |\n${indented(PART)}`;
const COMPONENT = `kind: Component\n${MERGED}`;

/** By what the overlay repairs the base: its kustomization, and other files of its folder. */
const REPAIRED: Readonly<Record<string, readonly [text: string, files?: Readonly<Record<string, string>>]>> =
  {
    'an inline part': [MERGED],
    'a part for each Deployment': [
      `patches:\n  - target: { kind: Deployment }\n    patch: |\n${indented(PART.replace('notes }\nspec', 'any }\nspec'))}`,
    ],
    'a file with a part': ['patches: [{ path: part.yaml }]', { 'part.yaml': PART }],
    'an old list of parts': ['patchesStrategicMerge: [part.yaml]', { 'part.yaml': PART }],
    operations: [
      `patches:\n  - target: { kind: Deployment, name: not.* }\n    patch: |\n${indented(OPERATIONS)}`,
    ],
    'an old list of operations': [
      'patchesJson6902: [{ target: { group: apps, version: v1, kind: Deployment, name: notes }, path: operations.yaml }]',
      { 'operations.yaml': OPERATIONS },
    ],
    'a component': ['components: [../../component]', { '../../component/kustomization.yaml': COMPONENT }],
  };

const WATCHED = {
  'base/kustomization.yaml': `resources: [${[...OBJECTS, 'watched'].map((name) => `${name}.yaml`).join(', ')}]\n`,
  'base/watched.yaml': `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: kps, namespace: monitoring }
spec: { serviceMonitorSelector: { matchLabels: { release: kps } }, serviceMonitorNamespaceSelector: {} }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: notes, namespace: notes }
spec: { selector: { matchLabels: { app.kubernetes.io/name: notes } }, endpoints: [{ port: http }] }
`,
};
const LABELLED = `
  - target: { kind: ServiceMonitor }
    patch: '[{ op: add, path: /metadata/labels, value: { release: kps } }]'
`;

/** A policy that lets Prometheus in again. */
const OPENED = `
  - target: { kind: NetworkPolicy }
    patch: '[{ op: replace, path: /spec/ingress, value: [{}] }]'
`;
/** What is not followed, by what is said of it. */
const UNKNOWN = {
  replacements: 'replacements: [{ path: replacement.yaml }]',
  transformers: 'transformers: [transformer.yaml]',
  'a patch with move':
    'patches: [{ target: { kind: Deployment }, patch: "[{ op: move, from: /a, path: /b }]" }]',
};

const BOTH = { 'PMCP-D062': [expect.anything()], 'PMCP-D068': [expect.anything()] };

describe('the doctor before a kustomization', () => {
  const named = Object.entries(REPAIRED).map(([what, [text, files = {}]]) => ({ what, text, files }));
  const at = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [join('overlays/prod', name), text]));

  it.concurrent.each(named)('finds nothing wrong with what is repaired by $what', async ({ text, files }) => {
    const folder = kustomized({ prod: text }, at(files));
    expect(await diagnosis({ manifests: folder })).toEqual({});
    expect(await diagnosis({ manifests: join(folder, 'overlays/prod') })).toEqual({});
  });

  it('looks at the base of an overlay that is named alone', async () => {
    const folder = kustomized({ prod: 'namespace: shop' });
    expect(await diagnosis({ manifests: join(folder, 'overlays/prod') })).toEqual(BOTH);
  });

  it.each([
    ['only one of two overlays repairs', { prod: MERGED, staging: 'namePrefix: staging-' }],
    ['a patch of another object leaves', { prod: MERGED.replace('name: notes }\n', 'name: other }\n') }],
  ])('finds what %s', async (_, overlays) => {
    expect(await diagnosis({ manifests: kustomized(overlays) })).toEqual(BOTH);
  });

  it('knows what a patch makes of other objects than that of the finding', async () => {
    const folder = kustomized({ prod: `${MERGED}${OPENED}` });
    const file = join(folder, 'base/network-policy.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('- port: metrics', '- port: 9091'));
    expect(await diagnosis({ manifests: join(folder, 'overlays/prod') })).toEqual({});
    expect(Object.keys(await diagnosis({ manifests: join(folder, 'base') }))).toContain('PMCP-D082');
  });

  it('says nothing of an object that each overlay deletes', async () => {
    const deleted = `$patch: delete\n${PART.split('spec:')[0]}`;
    const folder = kustomized({ prod: `patches:\n  - patch: |\n${indented(deleted)}` });
    expect(await diagnosis({ manifests: join(folder, 'overlays/prod') })).toEqual({});
  });

  it.each(Object.entries(UNKNOWN))(
    'says nothing of what kustomize makes by %s, and says so',
    async (way, text) => {
      const folder = join(kustomized({ prod: text }), 'overlays/prod');
      const told = `can't be told: ${folder} has ${way}, which only kustomize can follow: kubectl kustomize ${folder} | pmcp-observability doctor --manifests -`;
      expect(await diagnosis({ manifests: relative('', folder) })).toEqual({
        'PMCP-D412': [told.replaceAll(folder, relative('', folder))],
      });
    },
  );

  it('says how to look at what patches make', async () => {
    const manifests = join(kustomized({ prod: MERGED }), 'overlays/prod');
    const [result] = await examined({ manifests }, ({ code }) => code === 'PMCP-D412');
    expect(result?.outcome).toEqual({
      kind: 'not applicable',
      because: expect.stringMatching(
        /: kubectl kustomize \S+prod \| pmcp-observability doctor --manifests -$/,
      ),
      lead: 'only a part is seen by',
    });
  });

  it.each([
    ['no patch', '', { 'PMCP-D410': [expect.anything()] }],
    ['a patch', LABELLED, {}],
  ])('knows the labels of a monitor that has %s', async (_, patch, found) => {
    const manifests = kustomized({ prod: MERGED + patch }, WATCHED);
    expect(await diagnosis({ manifests })).toEqual(found);
  });

  it('says what a patch makes of a fault', async () => {
    const wrong = OPERATIONS.replace('/health/ready }', '/health/live }');
    const folder = kustomized(
      { prod: 'patches: [{ target: { kind: Deployment }, path: operations.yaml }]' },
      { 'overlays/prod/operations.yaml': wrong },
    );
    expect(await diagnosis({ manifests: folder })).toEqual({
      'PMCP-D062': [expect.stringContaining('readinessProbe asks /health/live, expected /health/ready')],
    });
  });

  it('reads what is made already from its standard input', () => {
    const input = OBJECTS.map((name) => readFileSync(join(EXAMPLE, `${name}.yaml`), 'utf8')).join('---\n');
    const asked = (text: string) =>
      spawnSync(process.execPath, [DOCTOR, '--manifests', '-'], {
        cwd: temporaryFolder('doctor'),
        input: text,
        encoding: 'utf8',
      });
    expect(asked(input).stdout).toMatch(/^nothing found, \d+ checks passed$/m);
    const { stdout } = asked(input.replace('/health/ready', '/ready'));
    expect(stdout).toMatch(/^PMCP-D062 [\s\S]* PMCP-D062 stdin:\d+: /);
    expect(asked('').stdout).toMatch(/^PMCP-D060 the standard input has no object/);
  });
});
