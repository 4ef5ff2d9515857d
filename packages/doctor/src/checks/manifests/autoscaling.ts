import { catalog } from '@pmcp/observability/catalog';
import type { Finding } from '../../check.js';
import { adapterRules, mayMake } from '../../facts/adapter-rules.js';
import { namesOf } from '../../facts/kustomize-names.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import { AUTOSCALERS, targetOf } from './availability.js';
import { objectCheck } from './define.js';

const METRICS: ReadonlySet<string> = new Set(Object.values(catalog).map(({ name }) => name));
const SUFFIX = /_(bucket|sum|count)$/;

export const scaledMetricsExist = objectCheck(
  {
    code: 'PMCP-D077',
    title: 'Autoscalers ask for metrics that exist.',
    why: 'An autoscaler without an answer adds no pods, and says so only in its events.',
    cure: 'Scale by `pmcp_active_connections`, or by another metric of METRICS.md.',
    severity: 'fail',
  },
  AUTOSCALERS,
  (manifest) =>
    [...new Set(JSON.stringify(manifest.content).match(/\bpmcp_[a-z_]+/g) ?? [])]
      .filter((name) => !METRICS.has(name) && !METRICS.has(name.replace(SUFFIX, '')))
      .map((name) => ({
        found: `${manifest.kind} ${manifest.name} asks for ${name}, which no server has`,
        where: manifest.at(['spec']),
      })),
);

export const scaledTargetsExist = objectCheck(
  {
    code: 'PMCP-D078',
    title: 'Autoscalers scale a workload that exists.',
    why: 'An autoscaler of nothing does nothing, and the server stays as small as it is.',
    cure: 'Let `scaleTargetRef` have the kind and the name of the workload.',
    severity: 'fail',
  },
  AUTOSCALERS,
  (manifest, servers, all) => {
    const { kind = 'Deployment', name } = targetOf(manifest);
    // If the manifests contain no server, the target is defined elsewhere.
    if (servers.length === 0 || all.some((one) => one.kind === kind && isCalled(one, name, all))) return [];
    const found = `${manifest.kind} ${manifest.name} scales ${kind} ${name}, which is not among the manifests`;
    return [{ found, where: manifest.at(['spec', 'scaleTargetRef']) }];
  },
);

export const adapterKnowsTheMetric = objectCheck(
  {
    code: 'PMCP-D079',
    title: 'Each metric that an autoscaler asks for has a rule of prometheus-adapter.',
    why: 'The autoscaler asks the metrics API of Kubernetes, which knows only what a rule of the adapter makes.',
    cure: 'Apply the rule of `examples/kubernetes/prometheus-adapter/config-map.yaml`, and ask for the name after `as:`; without it that of the series.',
    severity: 'fail',
  },
  ['HorizontalPodAutoscaler'],
  (manifest, _, all) => {
    const rules = all.flatMap(adapterRules);
    // If no rule is here, the rules of the adapter are installed from elsewhere.
    if (rules.length === 0) return [];
    return metricNames(manifest)
      .filter((name) => !rules.some((rule) => mayMake(rule, name)))
      .map((name) => ({
        found: `HorizontalPodAutoscaler ${manifest.name} asks for ${name}, which no rule of prometheus-adapter makes`,
        where: manifest.at(['spec', 'metrics']),
      }));
  },
);

/** Whether it has a name, or gets it from a kustomization. */
function isCalled(one: Manifest, name: string | undefined, all: readonly Manifest[]): boolean {
  return one.name === name || (name !== undefined && namesOf(one, all).includes(name));
}

function metricNames({ content }: Manifest): string[] {
  const metrics = (valueAt(content, ['spec', 'metrics']) ?? []) as readonly Readonly<
    Record<string, object>
  >[];
  return metrics.flatMap((metric) =>
    [metric.pods, metric.object, metric.external].flatMap((source) => {
      const name = valueAt(source, ['metric', 'name']);
      return typeof name === 'string' ? [name] : [];
    }),
  );
}

export const noAnswerIsNotZero = objectCheck(
  {
    code: 'PMCP-D080',
    title: 'KEDA takes no answer for no answer, and not for zero.',
    why: 'While Prometheus is away, KEDA would count zero connections, and take pods away from the clients that are there.',
    cure: "Set `ignoreNullValues: 'false'` in the metadata of the trigger.",
    severity: 'fail',
  },
  ['ScaledObject'],
  (manifest) => {
    const triggers = (valueAt(manifest.content, ['spec', 'triggers']) ?? []) as readonly Trigger[];
    return triggers.flatMap(({ type, metadata }, i): Finding[] => {
      if (type !== 'prometheus' || String(metadata?.ignoreNullValues) === 'false') return [];
      const found = `ScaledObject ${manifest.name}: a trigger counts an empty answer as zero`;
      const path = ['spec', 'triggers', i, 'metadata'];
      const edit = manifest.edit([...path, 'ignoreNullValues'], 'false');
      return [{ found, where: manifest.at(path), edit }];
    });
  },
);

interface Trigger {
  readonly type?: string;
  readonly metadata?: { readonly ignoreNullValues?: string };
}
