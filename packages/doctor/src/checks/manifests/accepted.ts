import type { Finding } from '../../check.js';
import { listAt, type Manifest, manifests, type Path, valueAt } from '../../facts/manifests.js';
import { podPathOf, selectsItsPods } from '../../facts/workloads.js';
import { filesCheck } from './define.js';
import { removedIn } from './removed-versions.js';

/** One reason to refuse an object: what is wrong, and where. */
interface Fault {
  readonly told: string;
  readonly path: Path;
}

/** A cluster has only what its API has taken, so files alone are looked at. */
export const apiTakesThem = filesCheck({
  code: 'PMCP-D095',
  title: 'The API server takes the manifests.',
  why: 'What the API server refuses is not there, or stays as it was: an upgrade then stands still half-way.',
  cure: 'Correct what the finding names, and try it: `kubectl apply --dry-run=server --filename FILE`.',
  severity: 'fail',
  run: async (context) => (await context.get(manifests)).all.flatMap(refused),
});

function refused(manifest: Manifest): Finding[] {
  const faults = [
    removedVersion(manifest),
    ownSelector(manifest),
    replicas(manifest),
    standingRollout(manifest),
    restartOfJob(manifest),
    ...containerFaults(manifest),
    ...stringFaults(manifest),
  ];
  return faults.flatMap((fault) =>
    fault === undefined
      ? []
      : [{ found: `${manifest.kind} ${manifest.name} ${fault.told}`, where: manifest.at(fault.path) }],
  );
}

function removedVersion({ kind, content: { apiVersion } }: Manifest): Fault | undefined {
  const removed = removedIn(String(apiVersion), kind);
  if (removed === undefined) return undefined;
  const told = `is of ${apiVersion}, which Kubernetes ${removed.version} removed: expected ${removed.instead}`;
  return { told, path: ['apiVersion'] };
}

function ownSelector(manifest: Manifest): Fault | undefined {
  if (podPathOf(manifest) === undefined || selectsItsPods(manifest)) return undefined;
  const [selector, labels] = [
    ['spec', 'selector'],
    ['spec', 'template', 'metadata', 'labels'],
  ].map((path) => JSON.stringify(valueAt(manifest.content, path)));
  return { told: `selects ${selector}, and its own pods have ${labels}`, path: ['spec', 'selector'] };
}

function replicas({ kind, content }: Manifest): Fault | undefined {
  if (kind !== 'HorizontalPodAutoscaler') return undefined;
  const [min = 1, max] = ['minReplicas', 'maxReplicas'].map((key) => valueAt(content, ['spec', key]));
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return undefined;
  return { told: `has minReplicas: ${min}, and maxReplicas: ${max}`, path: ['spec', 'maxReplicas'] };
}

const ROLLOUTS: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'strategy', 'rollingUpdate'],
  DaemonSet: ['spec', 'updateStrategy', 'rollingUpdate'],
};

function standingRollout({ kind, content }: Manifest): Fault | undefined {
  const path = ROLLOUTS[kind];
  if (path === undefined) return undefined;
  const isZero = (key: string) => /^0%?$/.test(String(valueAt(content, [...path, key])));
  if (!isZero('maxSurge') || !isZero('maxUnavailable')) return undefined;
  return { told: 'has maxSurge: 0 and maxUnavailable: 0, which replace no pod', path };
}

function restartOfJob(manifest: Manifest): Fault | undefined {
  const pod = podPathOf(manifest);
  if (pod === undefined || !['Job', 'CronJob'].includes(manifest.kind)) return undefined;
  const path = [...pod, 'restartPolicy'];
  if (valueAt(manifest.content, path) !== 'Always') return undefined;
  return { told: 'has restartPolicy: Always, expected OnFailure or Never', path };
}

function containerFaults(manifest: Manifest): Fault[] {
  const pod = podPathOf(manifest);
  if (pod === undefined) return [];
  return ['containers', 'initContainers'].flatMap((key) =>
    listAt(manifest.content, [...pod, key]).flatMap((container, i) => {
      const path = [...pod, key, i];
      return [...variableFaults(manifest, path), ...portFaults(container, path)];
    }),
  );
}

function variableFaults(manifest: Manifest, path: Path): Fault[] {
  return listAt(manifest.content, [...path, 'env']).flatMap((variable, i) => {
    const { name } = (variable ?? {}) as { readonly name?: string };
    return noString(manifest, [...path, 'env', i, 'value'], String(name));
  });
}

/** The maps of an object that may have only strings. */
function stringFaults(manifest: Manifest): Fault[] {
  const pod = podPathOf(manifest);
  const template: Path[] = pod === undefined ? [] : [[...pod.slice(0, -1), 'metadata']];
  const maps: Path[] = [
    ...[['metadata'] as Path, ...template].flatMap((path): Path[] => [
      [...path, 'labels'],
      [...path, 'annotations'],
    ]),
    ...(manifest.kind === 'ConfigMap' ? [['data']] : []),
    ...(manifest.kind === 'Secret' ? [['stringData']] : []),
  ];
  return maps.flatMap((path) =>
    Object.keys(valueAt(manifest.content, path) ?? {}).flatMap((key) =>
      noString(manifest, [...path, key], key),
    ),
  );
}

/** Words and numbers of YAML 1.1, in which Kubernetes reads files. Later versions take them for strings. */
const OLDER = /^(?:y|yes|n|no|on|off)$|^[-+]?\d[\d_]*_\d*$|^[-+]?0b[01_]+$/i;

function noString(manifest: Manifest, path: Path, name: string): Fault[] {
  const value = valueAt(manifest.content, path);
  const plain = manifest.plainAt?.(path);
  const isOlder = typeof value === 'string' && plain !== undefined && OLDER.test(plain);
  if (!isOlder && typeof value !== 'number' && typeof value !== 'boolean') return [];
  const type = isOlder ? (/\d/.test(value) ? 'number' : 'boolean') : typeof value;
  return [{ told: `has the ${type} ${value} for ${name}, expected a string: '${plain ?? value}'`, path }];
}

const LONGEST_PORT_NAME = 15;

function portFaults(container: unknown, path: Path): Fault[] {
  return listAt(container, ['ports']).flatMap((port, i) => {
    const { name } = (port ?? {}) as { readonly name?: unknown };
    if (typeof name !== 'string' || name.length <= LONGEST_PORT_NAME) return [];
    const told = `has a port ${name} of ${name.length} characters, expected ${LONGEST_PORT_NAME} at most`;
    return [{ told, path: [...path, 'ports', i, 'name'] }];
  });
}
