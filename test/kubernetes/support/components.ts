import { realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { FOLDER } from '../../manifests/manifests.js';
import { BACKUP, type GivenValues, LEAST, OWN_GATEWAY, REDIS_BACKUP, RESTORE, WITH_PROXY } from './chart.js';
import { merged, pairwise } from './switches.js';

const gatewayOf = (implementation: string) => ({
  ...OWN_GATEWAY,
  gateway: { ...OWN_GATEWAY.gateway, implementation },
});
const TLS = { tls: { issuer: 'pmcp-server' } };

export const INGRESS: GivenValues = {
  ingress: { enabled: true, host: 'notes.example.com', tlsSecret: 'notes-tls' },
};

/** Components that a user adds, and the values of the chart that do the same. */
export type Choice = readonly [components: readonly string[], values: GivenValues];

const AUTOSCALERS: readonly Choice[] = [
  [[], {}],
  [['keda'], { autoscaling: { engine: 'keda' } }],
  [['hpa'], { autoscaling: { engine: 'hpa' } }],
];

const GATEWAYS: readonly Choice[] = [
  [['gateway'], OWN_GATEWAY],
  [['gateway', 'gateway-envoy'], gatewayOf('envoy')],
  [['gateway', 'gateway-istio'], gatewayOf('istio')],
  [['gateway', 'tls'], { ...OWN_GATEWAY, ...TLS }],
  [['gateway', 'gateway-envoy', 'tls'], { ...gatewayOf('envoy'), ...TLS }],
  [['gateway', 'gateway-istio', 'tls'], { ...gatewayOf('istio'), ...TLS }],
];
const ROUTES: readonly Choice[] = [[[], INGRESS], ...GATEWAYS];

/** The chart leaves rollouts to the components. */
const ARGO: readonly Choice[] = [
  [['rollouts-argo'], {}],
  [['rollouts-argo', 'rollouts-argo-blue-green'], {}],
];
const FLAGGER: readonly Choice[] = [[['rollouts-flagger'], {}]];

type Parts = readonly (readonly Choice[])[];

/** What stands before the rollouts of the example server, in the order in which its components belong. */
const partsBefore = (routes: readonly Choice[]): Parts => [
  [
    [[], {}],
    [['proxy'], { proxy: WITH_PROXY }],
  ],
  [
    [[], {}],
    [['pod-monitor'], { podMonitor: { enabled: true, clientSecret: 'pmcp-scrape' } }],
  ],
  [
    [[], {}],
    [['certificate-probe'], { certificateProbe: { enabled: true, targets: ['notes.example.com:443'] } }],
  ],
  routes,
  [
    [[], {}],
    [['mtls'], { metrics: { tls: { issuer: 'pmcp-metrics' } } }],
  ],
  [
    [[], {}],
    [['audit'], { audit: { enabled: true } }],
  ],
];

/** What comes after them. */
const BACKUPS: Parts = [
  [
    [[], {}],
    [['backup'], { backup: BACKUP }],
    [['backup', 'restore'], { backup: BACKUP, restore: RESTORE }],
  ],
  [
    [[], {}],
    [['redis-backup'], { redisBackup: REDIS_BACKUP }],
    [['redis-backup', 'redis-restore'], { redisBackup: REDIS_BACKUP, redisRestore: WITH_PROXY }],
  ],
];

interface Combination {
  readonly title: string;
  readonly components: readonly string[];
  /** What makes the chart do the same. */
  readonly values: GivenValues;
}

/** Combinations in which each choice of a part meets each of every other one, and the last one of all parts together. */
function combined(parts: Parts): Combination[] {
  const counts = parts.map((choices) => choices.length);
  return [...pairwise(counts), counts.map((count) => count - 1)].map((positions) => {
    const chosen = positions.map((position, i) => parts[i]![position]!);
    const components = chosen.flatMap(([names]) => names);
    const values = chosen.reduce<GivenValues>((all, [, values]) => merged(all, values), LEAST);
    return { title: components.join(', ') || 'nothing', components, values };
  });
}

/** Those that the chart can do, too. */
export const componentCombinations = combined([AUTOSCALERS, ...partsBefore(ROUTES), ...BACKUPS]);

/** A rollout takes the place of an autoscaler. Flagger makes routes of a Gateway. */
export const rolloutCombinations = [
  ...combined([...partsBefore(ROUTES), ARGO, ...BACKUPS]),
  ...combined([...partsBefore(GATEWAYS), FLAGGER, ...BACKUPS]),
];

/** Returns the folder of a kustomization that adds components to the example server, one line each. */
export function withComponents(components: readonly string[]): string {
  // Kustomize takes no absolute paths.
  const folder = realpathSync(temporaryFolder('kustomized'));
  const to = (name: string) => relative(folder, join(FOLDER, name));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'notes',
    resources: [to('base')],
    components: components.map(to),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return folder;
}
