import { PORTS } from '../../scripts/generate/host/settings.js';
import { count, objects, port, section, text, texts, type Value, type Values, value } from '../value.js';

/** The longest name of a CronJob has 52 characters, and ours add up to 14 to it. */
const NAME = { maxLength: 38, pattern: '^([a-z]([a-z0-9-]*[a-z0-9])?)?$' };

/** The parts of an image's name. A digest names one image for ever; a tag can be moved to another. */
const imageParts = (repository = '', tag = '', digest = ''): Values => ({
  repository: text(repository, 'The image, without tag and digest.'),
  tag: text(tag, 'The tag of the image. Beside a digest it only tells people the version.', {
    pattern: '^[\\w.-]*$',
  }),
  digest: text(digest, 'The digest of the image: `sha256:…`. It names an image that nobody can move.', {
    pattern: '^(sha256:[0-9a-f]{64})?$',
  }),
});

export const image = (help: string, ...parts: Parameters<typeof imageParts>) =>
  section(help, imageParts(...parts));

const QUANTITIES = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

export function resources(cpu: string, memory: string, limit: string): Value {
  const initial = { requests: { cpu, memory }, limits: { cpu: '1', memory: limit } };
  const properties = { requests: QUANTITIES, limits: QUANTITIES };
  return value(
    initial,
    { type: 'object', properties, propertyNames: { enum: Object.keys(properties) } },
    'What the container needs, and how much it may take.',
  );
}

/** A value in `values.yaml` ends in the history of releases, which everybody may read who may read Secrets of the namespace. */
const NO_SECRETS = {
  required: ['name'],
  if: {
    properties: { name: { pattern: '(?i:PASS|SECRET|TOKEN|CREDENTIAL|(^|_)KEY$)' } },
    required: ['value'],
  },
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  then: { required: ['valueFrom'] },
};

/** What Kubernetes 1.37 calls safe, and Pod Security allows at every level. Other sysctls need a node that permits them. */
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_notsent_lowat',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_slow_start_after_idle',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];

const SYSCTL = {
  properties: { name: { enum: SAFE_SYSCTLS }, value: { type: 'string' } },
  required: ['name', 'value'],
  additionalProperties: false,
};

export const server: Values = {
  fullnameOverride: text('', 'Name of all objects. Default: the name of the release.', NAME),
  image: section('The image of your server. `repository`, and a `digest` or a `tag`, must be set.', {
    ...imageParts(),
    pullPolicy: text('IfNotPresent', 'When the nodes pull the images.', {
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
  }),
  imagePullSecrets: objects('Secrets for the registry: `[{ name: registry }]`.', { required: ['name'] }),
  replicaCount: count(3, 0, 'Number of pods, if there is no autoscaler.'),
  command: value([], { type: 'array', items: { type: 'string' } }, 'Replaces the command of the image.'),
  args: value([], { type: 'array', items: { type: 'string' } }, 'Replaces the arguments of the image.'),
  env: objects(
    'Environment variables. A variable with a secret needs `valueFrom.secretKeyRef`: values of a chart are not secret.',
    NO_SECRETS,
  ),
  envFrom: objects(
    'All variables of a ConfigMap or of an existing Secret: `[{ secretRef: { name: notes } }]`.',
  ),
  volumes: objects('More volumes. The file system of the container is read-only.'),
  volumeMounts: objects('Where they are mounted in the server.'),
  resources: resources('250m', '256Mi', '512Mi'),
  server: section('How clients reach your server. It gets `HOST` and `PORT` as environment variables.', {
    port: port(8080, 'The port that your server listens on.'),
    path: text('/mcp', 'The path of its MCP endpoint.', { pattern: '^/' }),
  }),
  shutdown: section('How a pod ends. The grace period is the sum of both, and ten seconds.', {
    preStopSeconds: count(10, 0, 'Load balancers learn in this time that the pod ends. It serves as before.'),
    drainSeconds: count(25, 0, 'Requests in flight get this time: `shutdown.deadlineMs` of the toolkit.'),
  }),
  sysctls: objects(
    `Settings of the kernel for the pods, of those that Kubernetes calls safe: \`[{ name: ${PORTS.name}, value: "${PORTS.first} ${PORTS.last}" }]\` for more than 20,000 streams through the proxy.`,
    SYSCTL,
  ),
  podAnnotations: texts({}, 'More annotations of the pods.'),
  nodeSelector: texts({}, 'Labels that a node must have.'),
  tolerations: objects('Taints of nodes that the pods tolerate.'),
  serviceAccount: section(
    'The account of the pods. It has no token: the server does not use the Kubernetes API.',
    {
      annotations: texts({}, 'Annotations, for example for the identity at a cloud.'),
    },
  ),
};
