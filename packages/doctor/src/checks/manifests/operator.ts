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
  title: 'The Prometheus of the manifests takes their monitors and rules.',
  why: 'A Prometheus of the operator takes only what its selectors fit. Other monitors and rules are applied, make no target and no alert, and nothing says so.',
  cure: 'Give the object the labels that the finding names (often `release: NAME`), or let the selector be `{}`, which takes all. A selector that is missing takes none; of namespaces a missing one takes only that of the Prometheus.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const objects = withoutPatches(all);
    const servers = workloadsIn(objects);
    const isOurs = (one: Manifest) =>
      one.kind === 'PrometheusRule'
        ? /\bpmcp_/.test(JSON.stringify(one.content))
        : MONITOR_KINDS.includes(one.kind) && servers.some((server) => isSelected(one, server, all));
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
