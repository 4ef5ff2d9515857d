import type { Finding } from '../../check.js';
import { queryOf } from '../../facts/kube/selector.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { isSelected, MONITOR_KINDS } from '../../facts/monitors.js';
import { type Refusal, readersOf, refusalOf } from '../../facts/operator.js';
import { workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const prometheusTakesThem = filesCheck({
  code: 'PMCP-D410',
  title: 'The Prometheus and the Alertmanager of the manifests take their monitors, rules and routes.',
  why: 'Programs of the operator take only what their selectors fit. Other monitors, rules and AlertmanagerConfigs are applied, make no target, alert or route, and nothing says so.',
  cure: 'Give the object the labels that the finding names (often `release: NAME`), or let the selector be `{}`, which takes all. A selector that is missing takes none; of namespaces a missing one takes only its own.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const objects = withoutPatches(all);
    const servers = workloadsIn(objects);
    const isOurs = (one: Manifest) => {
      // Who receives what it routes is known to nobody: all of them count.
      if (one.kind === 'AlertmanagerConfig') return true;
      if (one.kind === 'PrometheusRule') return /\bpmcp_/.test(JSON.stringify(one.content));
      return MONITOR_KINDS.includes(one.kind) && servers.some((server) => isSelected(one, server, all));
    };
    return objects.filter(isOurs).flatMap((one) => left(one, all, untaken));
  },
});

function untaken(one: Manifest, all: readonly Manifest[]): Finding[] {
  const readers = readersOf(one, withoutPatches(all));
  const refusals = readers.map((reader) => [reader, refusalOf(reader, one, all)] as const);
  const [first] = refusals;
  if (first === undefined || refusals.some(([, refusal]) => refusal === undefined)) return [];
  const [reader, refusal] = first;
  const found = `${reader.kind} ${reader.name} does not take ${one.kind} ${one.name}: ${toldOf(refusal!)}`;
  return [{ found, where: one.at(['metadata']) }];
}

function toldOf({ key, selector, labels }: Refusal): string {
  if (selector === undefined) return `it has no ${key}`;
  const has = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  const whose = key.endsWith('NamespaceSelector') ? 'its namespace' : 'it';
  return `${key} asks for ${queryOf(selector)}, and ${whose} has ${has.join(',') || 'no labels'}`;
}
