import { DEFAULT_PORT, proxy, scrapedAtProxy } from './proxy.js';
import { INJECT } from './snippet.js';
import { yaml } from './yaml.js';

const asked = { kind: 'Deployment', annotationSelector: `${INJECT}=proxy` };

const pod = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'any' },
  spec: { template: { metadata: { annotations: scrapedAtProxy }, spec: { initContainers: [proxy] } } },
};

/** The port of the server. Kustomize can't look for it, so it must be the first one; if it is not, the build fails. */
const NAME = '/spec/template/spec/containers/0/ports/0/name';

const component = {
  apiVersion: 'kustomize.config.k8s.io/v1alpha1',
  kind: 'Component',
  patches: [
    // The proxy takes the name over: what names the port finds it there.
    {
      target: asked,
      patch: yaml([
        { op: 'test', path: NAME, value: DEFAULT_PORT },
        { op: 'remove', path: NAME },
      ]).replace(/^#.*\n/, ''),
    },
    { path: 'pod.yaml', target: asked },
  ],
};

export const proxyComponentFiles: Readonly<Record<string, () => string>> = {
  'kustomization.yaml': () => yaml(component),
  'pod.yaml': () => yaml(pod),
};
