import { CannotRun, type Finding, NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { askApi, parsed } from '../../facts/kube/api.js';
import { type KubeObject, objectsOf, placeOf } from '../../facts/kube/objects.js';
import { queryOf, type Selector } from '../../facts/kube/selector.js';
import {
  type Condition,
  conditionOf,
  type KubeWorkload,
  servers,
  WORKLOAD_KINDS,
} from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

interface Identifier {
  readonly metric: { readonly name: string; readonly selector?: Selector };
}

interface Metric {
  readonly type: string;
  readonly resource?: { readonly name: string };
  readonly containerResource?: { readonly name: string };
  readonly pods?: Identifier;
  readonly external?: Identifier;
  readonly object?: Identifier & {
    readonly describedObject: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
  };
}

interface Autoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly maxReplicas: number;
    readonly metrics?: readonly Metric[];
  };
  readonly status?: { readonly currentReplicas?: number; readonly conditions?: readonly Condition[] };
}

/** The autoscaler of a server, with the selector of its pods. */
interface Scaling {
  readonly autoscaler: Autoscaler;
  readonly pods: string;
}

async function scalings(context: Context): Promise<Scaling[]> {
  const [known, autoscalers] = await Promise.all([
    context.get(servers),
    context.get(objectsOf<Autoscaler>('HorizontalPodAutoscaler')),
  ]);
  const found = autoscalers.flatMap((autoscaler) => {
    const target = known.find(({ workload, object }) => scales(autoscaler, workload.manifest.kind, object));
    return target === undefined ? [] : [{ autoscaler, pods: queryOf(target.object.spec.selector) }];
  });
  if (found.length === 0) throw new NotApplicable('no HorizontalPodAutoscaler scales a server');
  return found;
}

function scales({ spec, metadata }: Autoscaler, kind: string, server: KubeWorkload): boolean {
  const { scaleTargetRef: target } = spec;
  return (
    target.kind === kind &&
    target.name === server.metadata.name &&
    metadata.namespace === server.metadata.namespace
  );
}

const KINDS = ['HorizontalPodAutoscaler', 'Pod', ...WORKLOAD_KINDS] as const;

export const autoscalersGetMetrics = kubeCheck(
  {
    code: 'PMCP-D317',
    title: 'The metrics API has an answer for every metric that an autoscaler asks for.',
    why: 'An autoscaler that gets no answer adds no pod, however many clients come.',
    cure: 'Ask as it does: `kubectl get --raw PATH`, with the path of the finding. For 404, no adapter serves that API: `kubectl get apiservices`. For an empty list, the query of the adapter or of KEDA finds no series: compare its labels with `pmcp_active_connections` in Prometheus.',
    severity: 'fail',
    after: ['PMCP-D303'],
    async run(context) {
      const asked = (await scalings(context)).flatMap(({ autoscaler, pods }) => {
        const { spec, metadata } = autoscaler;
        const paths = (spec.metrics ?? []).flatMap(
          (metric) => pathOf(metric, metadata.namespace, pods) ?? [],
        );
        // CPU and memory have the same path, which is requested once.
        return [...new Set(paths)].map((path) => answered(context, autoscaler, path));
      });
      return (await Promise.all(asked)).flat();
    },
  },
  KINDS,
  'To read `pods` of `metrics.k8s.io`, and all of `custom.metrics.k8s.io` and `external.metrics.k8s.io`.',
);

async function answered(context: Context, autoscaler: Autoscaler, path: string): Promise<Finding[]> {
  const { status, body } = await askApi(context, path);
  if (status === 403) throw new CannotRun(`it may not get ${path.replace(/\?.*/, '')}`);
  const items = parsed<{ readonly items?: readonly unknown[] }>(body)?.items ?? [];
  if (status === 200 && items.length > 0) return [];
  const came = status === 200 ? 'gets an empty list' : `gets ${status}`;
  const found = `HorizontalPodAutoscaler ${autoscaler.metadata.name} ${came} from ${path}`;
  return [{ found, where: { file: placeOf('HorizontalPodAutoscaler', autoscaler) } }];
}

/** Returns the API path from which the autoscaler's controller reads a metric. */
function pathOf(metric: Metric, namespace: string, pods: string): string | undefined {
  const place = `namespaces/${namespace}`;
  const { resource, containerResource, external, object } = metric;
  if (resource ?? containerResource)
    return `/apis/metrics.k8s.io/v1beta1/${place}/pods${queried('labelSelector', pods)}`;
  if (external)
    return `/apis/external.metrics.k8s.io/v1beta1/${place}/${external.metric.name}${queried('labelSelector', queryOf(external.metric.selector ?? {}))}`;
  const custom = `/apis/custom.metrics.k8s.io/v1beta2/${place}`;
  if (metric.pods) {
    const more = queryOf(metric.pods.metric.selector ?? {});
    return `${custom}/pods/*/${metric.pods.metric.name}${queried('labelSelector', pods)}${more && `&metricLabelSelector=${encodeURIComponent(more)}`}`;
  }
  if (!object) return undefined;
  const { apiVersion = '', kind, name } = object.describedObject;
  const [group, version] = apiVersion.split('/');
  const plural = `${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}`.replace(/ys$/, 'ies');
  return `${custom}/${version === undefined ? plural : `${plural}.${group}`}/${name}/${object.metric.name}`;
}

function queried(name: string, value: string): string {
  return value && `?${name}=${encodeURIComponent(value)}`;
}

export const autoscalersWork = kubeCheck(
  {
    code: 'PMCP-D318',
    title: 'Autoscalers are able to scale.',
    why: 'The number of pods stays as it is, in the rush and after it.',
    cure: 'Read the conditions: `kubectl describe hpa NAME`.',
    severity: 'fail',
    after: ['PMCP-D303', 'PMCP-D317'],
    async run(context) {
      return (await scalings(context)).flatMap(({ autoscaler }) =>
        ['AbleToScale', 'ScalingActive'].flatMap((type): Finding[] => {
          const condition = conditionOf(autoscaler.status, type);
          // A workload without pods has nothing to scale. KEDA starts its first pod.
          if (condition?.status !== 'False' || condition.reason === 'ScalingDisabled') return [];
          const found = `HorizontalPodAutoscaler ${autoscaler.metadata.name}: ${type} is False, ${condition.message ?? condition.reason}`;
          return [{ found, where: { file: placeOf('HorizontalPodAutoscaler', autoscaler) } }];
        }),
      );
    },
  },
  KINDS,
);

export const autoscalersHaveRoom = kubeCheck(
  {
    code: 'PMCP-D319',
    title: 'Autoscalers have room above.',
    why: 'At `maxReplicas` the next client finds no pod more, and all of them get slower.',
    cure: 'Raise `maxReplicas`, as far as nodes and databases bear it, or find out what keeps so many connections open.',
    severity: 'warn',
    after: ['PMCP-D303', 'PMCP-D318'],
    async run(context) {
      return (await scalings(context)).flatMap(({ autoscaler }): Finding[] => {
        const { status, spec, metadata } = autoscaler;
        const limited = conditionOf(status, 'ScalingLimited');
        if (limited?.reason !== 'TooManyReplicas' || limited.status !== 'True') return [];
        if (status?.currentReplicas !== spec.maxReplicas) return [];
        const found = `HorizontalPodAutoscaler ${metadata.name} has all of its ${spec.maxReplicas} pods, and wants more`;
        return [{ found, where: { file: placeOf('HorizontalPodAutoscaler', autoscaler) } }];
      });
    },
  },
  KINDS,
);
