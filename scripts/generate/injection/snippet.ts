/** What a pod gets so that it is observed. Every way to inject is made from this. */
import { readFileSync } from 'node:fs';
import { loader } from '../../injection/loader.js';

const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8')) as {
  readonly version: string;
};

/** With the value `node`, the Node.js programs of a pod are observed; with `proxy`, what its port answers. */
export const INJECT = 'pmcp.github.io/inject';

/** The condition of a policy: a pod asks for one of the two. */
export const asked = (value: 'node' | 'proxy') => ({
  name: 'asked',
  expression: `object.metadata.?annotations[?${JSON.stringify(INJECT)}].orValue("") == "${value}"`,
});

/** The least rights, as Pod Security `restricted` wants them. */
export const securityContext = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Holds the program of the file that `NODE_OPTIONS` names. */
export const LOADER = 'pmcp.github.io/loader';

export const IMAGE = `registry.example.com/pmcp-observability:${version}`;
/** Where the image has the files. */
export const SOURCE = '/autoinstrumentation';
/** The volume, and the folder in it, which is there if all of it was copied. */
export const VOLUME = '/pmcp/toolkit';
const TOOLKIT = `${VOLUME}/ready`;
export const START = '/pmcp/start';

export const FLAG = `--require=${START}/observe.cjs`;

/**
 * Kubernetes writes the program from an annotation into a file. So the file is there even if nothing was copied: Node
 * does not start when a file of `--require` is missing.
 */
export const program = loader(`${TOOLKIT}/observe.cjs`);

export const volumes = [
  { name: 'pmcp-toolkit', emptyDir: { sizeLimit: '64Mi' } },
  {
    name: 'pmcp-start',
    downwardAPI: {
      items: [{ path: 'observe.cjs', fieldRef: { fieldPath: `metadata.annotations['${LOADER}']` } }],
    },
  },
] as const;

export const mounts = [
  { name: 'pmcp-toolkit', mountPath: VOLUME, readOnly: true },
  { name: 'pmcp-start', mountPath: START, readOnly: true },
] as const;

const COPY = `cp -r ${SOURCE}/toolkit ${VOLUME}/new && mv ${VOLUME}/new ${TOOLKIT}`;

export const initContainer = {
  name: 'pmcp-toolkit',
  image: IMAGE,
  // All or nothing, and never a failure: the pod starts without the toolkit rather than not at all.
  command: ['sh', '-c', `rm -rf ${VOLUME}/*; ${COPY} || echo 'This pod is not observed.' >&2`],
  volumeMounts: [{ name: 'pmcp-toolkit', mountPath: VOLUME }],
  resources: {
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { memory: '64Mi' },
  },
  securityContext,
} as const;

/** Tells the toolkit where it runs. */
export const env = Object.entries({
  POD_NAME: 'metadata.name',
  POD_NAMESPACE: 'metadata.namespace',
  NODE_NAME: 'spec.nodeName',
}).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));

/** Shows Prometheus the port. */
export const scraped = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/path': '/metrics',
  'prometheus.io/port': '9090',
} as const;
