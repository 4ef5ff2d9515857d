import { env, FLAG, INJECT, initContainer, LOADER, mounts, program, scraped, volumes } from './snippet.js';
import { yaml } from './yaml.js';

const asked = { kind: 'Deployment', annotationSelector: `${INJECT}=node` };

/** Kustomize can put values into containers of any name only from an object. This one is in no cluster. */
const KIND = 'Injection';
const source = {
  apiVersion: 'pmcp.github.io/v1',
  kind: KIND,
  metadata: { name: 'injection', annotations: { 'config.kubernetes.io/local-config': 'true' } },
  flag: FLAG,
  mounts: Object.fromEntries(mounts.map((mount) => [mount.name, mount])),
  env: Object.fromEntries(env.map(({ name, valueFrom }) => [name, valueFrom])),
};

const pod = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'any' },
  spec: {
    template: {
      metadata: { annotations: { [LOADER]: program, ...scraped } },
      spec: { initContainers: [initContainer], volumes },
    },
  },
};

function replacement(fieldPath: string, target: string, options: object = {}): object {
  const fieldPaths = [`spec.template.spec.containers.*.${target}`];
  const targets = [{ select: asked, fieldPaths, options: { create: true, ...options } }];
  return { source: { kind: KIND, fieldPath }, targets };
}

const component = {
  apiVersion: 'kustomize.config.k8s.io/v1alpha1',
  kind: 'Component',
  resources: ['source.yaml'],
  patches: [{ path: 'pod.yaml', target: asked }],
  replacements: [
    // Behind what the container has: the place is after the last word.
    replacement('flag', 'env.[name=NODE_OPTIONS].value', { delimiter: ' ', index: 99 }),
    ...env.map(({ name }) => replacement(`env.${name}`, `env.[name=${name}].valueFrom`)),
    ...mounts.map(({ name }) => replacement(`mounts.${name}`, `volumeMounts.[name=${name}]`)),
  ],
};

export const componentFiles: Readonly<Record<string, () => string>> = {
  'kustomization.yaml': () => yaml(component),
  'source.yaml': () => yaml(source),
  'pod.yaml': () => yaml(pod),
};
