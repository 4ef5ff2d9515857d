import { BACKUP, type GivenValues, OWN_GATEWAY, REDIS_BACKUP, RESTORE, WITH_PROXY } from './chart.js';

/** Requests that a gateway refuses, because there is no pod. */
const WAKE = 'sum(rate(nginx_ingress_controller_requests{ingress="notes",status="503"}[2m]))';

/** A route of a Gateway for many servers. */
const SHARED_ROUTE = {
  enabled: true,
  parentRefs: [{ name: 'public', namespace: 'gateways' }],
  hostnames: ['notes.example.com'],
};

/** The position of a switch. Where it takes something away, the doctor misses that, by its code. */
type Setting = readonly [name: string, values: GivenValues, missed?: string];

/** Every switch of the chart, with the values that a user gives for each of its positions. */
export const SWITCHES: readonly (readonly Setting[])[] = [
  [
    ['observe', {}],
    ['proxy', { proxy: WITH_PROXY }],
    ['injection', { injection: WITH_PROXY }],
  ],
  [
    ['fixed', { autoscaling: { engine: 'none' } }],
    ['hpa', { autoscaling: { engine: 'hpa' } }],
    ['keda', { autoscaling: { engine: 'keda', maxReplicas: 20 } }],
    ['keda from zero', { autoscaling: { engine: 'keda', minReplicas: 0, wakeQuery: WAKE } }],
  ],
  [
    ['plain', {}],
    ['mtls', { metrics: { tls: { existingSecret: 'notes-metrics' } } }],
    ['mtls by cert-manager', { metrics: { tls: { issuer: 'pmcp-metrics' } } }],
  ],
  [
    ['plain clients', {}],
    ['tls', { tls: { existingSecret: 'notes-server', caConfigMap: 'authority' } }],
    ['tls by cert-manager', { tls: { issuer: 'pmcp-server' } }],
  ],
  [
    ['sysctls of the node', {}],
    ['own sysctls', { sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '16384 65535' }] }],
  ],
  [
    ['annotations', {}],
    [
      'PodMonitor',
      { podMonitor: { enabled: true, labels: { release: 'prom' }, clientSecret: 'pmcp-scrape' } },
    ],
  ],
  [
    ['no probe', {}],
    ['probe', { certificateProbe: { enabled: true, targets: ['a:443'], labels: { release: 'prom' } } }],
  ],
  [
    ['no rules', {}],
    ['rules', { prometheusRule: { enabled: true, labels: { release: 'prom' } } }],
  ],
  [
    ['no dashboards', {}],
    ['dashboards', { dashboards: { enabled: true } }],
  ],
  [
    [
      'network policy',
      {
        networkPolicy: {
          from: [{ podSelector: {} }],
          egress: [{ ports: [{ port: 5432, protocol: 'TCP' }] }],
        },
      },
    ],
    ['no network policy', { networkPolicy: { enabled: false } }, 'PMCP-D081'],
  ],
  [
    ['budget', {}],
    ['no budget', { podDisruptionBudget: { enabled: false } }, 'PMCP-D076'],
  ],
  [
    ['no route', {}],
    ['route', { httpRoute: SHARED_ROUTE }],
    ['route of Envoy Gateway', { httpRoute: SHARED_ROUTE, gateway: { implementation: 'envoy' } }],
    ['gateway', OWN_GATEWAY],
    [
      'gateway of Istio beside a shared one',
      {
        httpRoute: SHARED_ROUTE,
        gateway: { enabled: true, className: 'istio', tlsSecret: 'a', implementation: 'istio' },
      },
    ],
  ],
  [
    ['no ingress', {}],
    ['nginx', { ingress: { enabled: true, host: 'notes.example.com', tlsSecret: 'notes-tls' } }],
    [
      'other ingress',
      {
        ingress: {
          enabled: true,
          className: 'traefik',
          namespace: 'traefik',
          host: 'notes.example.com',
          tlsSecret: 'notes-tls',
          annotations: { a: 'b' },
        },
      },
    ],
  ],
  [
    ['no backup', {}],
    ['backup', { backup: BACKUP }],
    [
      'backup and drill',
      { backup: BACKUP, restore: { ...RESTORE, filledTables: ['notes', 'public.users'] } },
    ],
  ],
  [
    ['no backup of Redis', {}],
    ['backup of Redis', { redisBackup: REDIS_BACKUP }],
    ['backup of Redis and drill', { redisBackup: REDIS_BACKUP, redisRestore: WITH_PROXY }],
  ],
  [
    ['no audit', {}],
    ['audit', { audit: { enabled: true, storageClassName: 'shared' } }],
    ['audit on a claim', { audit: { enabled: true, existingClaim: 'audit' } }],
  ],
  [
    ['as it is', {}],
    [
      'with extras',
      {
        command: ['node', 'main.js'],
        args: ['--verbose'],
        env: [{ name: 'LOG_LEVEL', value: 'info' }],
        envFrom: [{ secretRef: { name: 'notes' } }],
        volumes: [{ name: 'tmp', emptyDir: {} }],
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        imagePullSecrets: [{ name: 'registry' }],
        podAnnotations: { team: 'a' },
        nodeSelector: { pool: 'servers' },
        tolerations: [{ key: 'servers', operator: 'Exists' }],
        serviceAccount: { annotations: { identity: 'notes' } },
        image: { pullPolicy: 'Always' },
      },
    ],
  ],
];

type Choice = readonly number[];

const pairsOf = (choice: Choice): string[] =>
  choice.flatMap((a, i) => choice.slice(i + 1).map((b, j) => `${i}:${a} ${i + 1 + j}:${b}`));

/** Returns few combinations in which every position of a switch meets every position of every other one. */
export function pairwise(sizes: readonly number[]): Choice[] {
  const open = new Set(allPairs(sizes));
  const choices: Choice[] = [];
  while (open.size > 0) {
    const choice = completed(sizes, [...open][0]!, open);
    for (const pair of pairsOf(choice)) open.delete(pair);
    choices.push(choice);
  }
  return choices;
}

function allPairs(sizes: readonly number[]): string[] {
  return sizes.flatMap((size, i) =>
    sizes
      .slice(i + 1)
      .flatMap((other, j) =>
        range(size).flatMap((a) => range(other).map((b) => `${i}:${a} ${i + 1 + j}:${b}`)),
      ),
  );
}

/** Starts from one pair, and gives each other switch the position that meets the most open pairs. */
function completed(sizes: readonly number[], pair: string, open: ReadonlySet<string>): Choice {
  const fixed = new Map(pair.split(' ').map((part) => part.split(':').map(Number) as [number, number]));
  for (const i of sizes.keys()) {
    if (fixed.has(i)) continue;
    const gain = (a: number) =>
      [...fixed].filter(([j, b]) => open.has(j < i ? `${j}:${b} ${i}:${a}` : `${i}:${a} ${j}:${b}`)).length;
    fixed.set(
      i,
      range(sizes[i]!).reduce((best, a) => (gain(a) > gain(best) ? a : best), 0),
    );
  }
  return sizes.map((_, i) => fixed.get(i)!);
}

const range = (size: number) => Array.from({ length: size }, (_, i) => i);

interface Combination {
  readonly title: string;
  /** What the user sets. */
  readonly values: GivenValues;
  /** Codes of the doctor: what the user chose to go without. */
  readonly missed: readonly string[];
}

export const combinations: readonly Combination[] = pairwise(
  SWITCHES.map((positions) => positions.length),
).map((choice) => {
  const settings = choice.map((position, i) => SWITCHES[i]![position]!);
  return {
    title: settings.map(([name]) => name).join(', '),
    values: settings.reduce<GivenValues>((all, [, values]) => merged(all, values), {}),
    missed: settings.flatMap(([, , missed]) => missed ?? []),
  };
});

/** Merges two levels, which is as deep as two switches share a section. */
export function merged(a: GivenValues, b: GivenValues): GivenValues {
  const shared = Object.keys(b).filter((key) => key in a);
  const inner = shared.map((key) => [key, { ...(a[key] as object), ...(b[key] as object) }]);
  return { ...a, ...b, ...Object.fromEntries(inner) };
}
