import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined } from '../../support/doctor.js';

const EXAMPLE = join(import.meta.dirname, '../../../examples/kubernetes/base');
const OBJECTS = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'];
type Files = Readonly<Record<string, string>>;

const object = (apiVersion: string, kind: string, spec: string, name = 'notes') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
const scaled = (target = 'notes') =>
  object(
    'keda.sh/v1alpha1',
    'ScaledObject',
    `{ scaleTargetRef: { name: ${target} }, minReplicaCount: 3, triggers: [{ type: cpu }] }`,
  );
const GATEWAY = 'gateway.networking.k8s.io/v1';
const route = (backend = 'notes') =>
  object(GATEWAY, 'HTTPRoute', `{ rules: [{ backendRefs: [{ name: ${backend}, port: 80 }] }] }`);
const LISTENER = '{ name: http, protocol: HTTP, port: 80 }';
const withGateway = (ref: string) =>
  `${object(GATEWAY, 'Gateway', `{ listeners: [${LISTENER}] }`, 'public')}---\n${object(
    GATEWAY,
    'HTTPRoute',
    `{ parentRefs: [{ ${ref} }], rules: [] }`,
  )}`;
const VPA = object(
  'autoscaling.k8s.io/v1',
  'VerticalPodAutoscaler',
  '{ targetRef: { apiVersion: apps/v1, kind: Deployment, name: notes } }',
);
const ROLLOUT = object(
  'argoproj.io/v1alpha1',
  'Rollout',
  '{ strategy: { canary: { stableService: notes } } }',
);
const AUTHENTICATED = `${object('keda.sh/v1alpha1', 'TriggerAuthentication', '{}', 'token')}---\n${scaled(
  'eu1-notes',
).replace(
  'type: cpu',
  'type: prometheus, authenticationRef: { name: token }, metadata: { ignoreNullValues: "false" }',
)}`;
const HPA = object(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
  '{ scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: notes }, minReplicas: 3, maxReplicas: 9 }',
);
const PREFIX = 'namePrefix: eu1-';

/** A base with one object more, and an overlay of it. */
function deployed(more: string, overlay: string, files: Files = {}): string {
  const folder = join(temporaryFolder('doctor'), 'deploy');
  const names = [...OBJECTS.map((name) => `${name}.yaml`), 'more.yaml'];
  writeFiles(folder, {
    ...Object.fromEntries(
      OBJECTS.map((name) => [`base/${name}.yaml`, readFileSync(join(EXAMPLE, `${name}.yaml`), 'utf8')]),
    ),
    'base/more.yaml': more,
    'base/kustomization.yaml': `resources: [${names.join(', ')}]\n`,
    'prod/kustomization.yaml': `resources: [../base]\n${overlay}\n`,
    ...files,
  });
  return folder;
}

const BROKEN: Readonly<
  Record<string, readonly [found: string, more: string, overlay: string, files?: Files]>
> = {
  'a ScaledObject': [
    'ScaledObject eu1-notes refers to Deployment notes, which FOLDER calls eu1-notes',
    scaled(),
    PREFIX,
  ],
  'a suffix': [
    'ScaledObject notes-v2 refers to Deployment notes, which FOLDER calls notes-v2',
    scaled(),
    'nameSuffix: -v2',
  ],
  'an HTTPRoute': [
    'HTTPRoute eu1-notes refers to Service notes, which FOLDER calls eu1-notes',
    route(),
    PREFIX,
  ],
  'the Gateway of an HTTPRoute': [
    'HTTPRoute eu1-notes refers to Gateway public, which FOLDER calls eu1-public',
    withGateway('name: public'),
    PREFIX,
  ],
  'a VerticalPodAutoscaler': [
    'VerticalPodAutoscaler eu1-notes refers to Deployment notes, which FOLDER calls eu1-notes',
    VPA,
    PREFIX,
  ],
  'a Rollout of Argo': [
    'Rollout eu1-notes refers to Service notes, which FOLDER calls eu1-notes',
    ROLLOUT,
    PREFIX,
  ],
  'the credentials of a trigger': [
    'ScaledObject eu1-notes refers to TriggerAuthentication token, which FOLDER calls eu1-token',
    AUTHENTICATED,
    PREFIX,
  ],
  'a component': [
    'ScaledObject c-notes refers to Deployment notes, which FOLDER calls c-notes',
    scaled(),
    'components: [../component]',
    { 'component/kustomization.yaml': 'kind: Component\nnamePrefix: c-\n' },
  ],
  'a patch that says another name': [
    'ScaledObject eu1-notes refers to Deployment notes, which FOLDER calls eu1-notes',
    scaled('eu1-notes'),
    `${PREFIX}\npatches: [{ target: { kind: ScaledObject }, patch: '[{ op: replace, path: /spec/scaleTargetRef/name, value: notes }]' }]`,
  ],
};

const REPLACED = (name: string) =>
  `patches: [{ target: { kind: ScaledObject }, patch: '[{ op: replace, path: /spec/scaleTargetRef/name, value: ${name} }]' }]`;

const HEALTHY: Readonly<Record<string, readonly [more: string, overlay: string, files?: Files]>> = {
  'a ScaledObject whose name nobody changes': [scaled(), 'namespace: shop'],
  'an autoscaler of Kubernetes, whose reference kustomize follows': [HPA, PREFIX],
  'a ScaledObject that has the new name already': [scaled('eu1-notes'), PREFIX],
  'a patch that sets the new name': [scaled(), `${PREFIX}\n${REPLACED('eu1-notes')}`],
  'a ScaledObject of the overlay with the new name': [
    HPA,
    PREFIX,
    {
      'prod/kustomization.yaml': `resources: [../prefixed, scaled.yaml]\n`,
      'prod/scaled.yaml': scaled('eu1-notes'),
      'prefixed/kustomization.yaml': `resources: [../base]\n${PREFIX}\n`,
      'base/more.yaml': '',
    },
  ],
  'a kustomization that has learnt the reference': [scaled(), `${PREFIX}\nconfigurations: [names.yaml]`],
  'a Gateway of another namespace': [withGateway('name: public, namespace: edge'), PREFIX],
  'a Gateway that is elsewhere': [withGateway('name: internet'), PREFIX],
  'a part that is put together without a change': [
    scaled(),
    'namespace: shop',
    { 'other/kustomization.yaml': `${PREFIX}\nresources: []\n` },
  ],
};

describe('the doctor before names that a kustomization changes', () => {
  const broken = Object.entries(BROKEN).map(([what, [found, ...parts]]) => ({ what, found, parts }));
  it.concurrent.each(broken)('says what keeps the old one: $what', async ({ found, parts }) => {
    const folder = relative('', deployed(...parts));
    const prod = relative('', join(folder, 'prod'));
    const expected = { 'PMCP-D431': [found.replace('FOLDER', prod)] };
    expect(await diagnosis({ manifests: folder })).toEqual(expected);
    expect(await diagnosis({ manifests: prod })).toEqual(expected);
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, parts) => {
    expect(await diagnosis({ manifests: deployed(...parts) })).toEqual({});
  });

  it('says where the reference is', async () => {
    const folder = deployed(scaled(), PREFIX);
    const [result] = await examined({ manifests: folder }, ({ code }) => code === 'PMCP-D431');
    expect(result?.outcome).toMatchObject({
      findings: [{ where: { file: expect.stringMatching(/more\.yaml$/), line: 4 } }],
    });
  });

  it('leaves to kustomize what replacements may mend', async () => {
    const folder = deployed(scaled(), `${PREFIX}\nreplacements: [{ path: names.yaml }]`);
    expect(Object.keys(await diagnosis({ manifests: folder }))).toEqual(['PMCP-D412']);
  });
});
