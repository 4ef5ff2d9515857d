import type { Finding } from '../../check.js';
import { COLLECTOR, refusalOf, SIGNALS, sends } from '../../facts/collectors.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { collectorAt } from '../../facts/pod-collectors.js';
import { variable, type Workload, workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const collectorTakesIt = filesCheck({
  ...COLLECTOR,
  code: 'PMCP-D428',
  title: 'The collector among the manifests takes what servers send to it.',
  after: ['PMCP-D060', 'PMCP-D421'],
  async run(context) {
    const { all } = await context.get(manifests);
    return workloadsIn(withoutPatches(all)).flatMap(({ manifest }) =>
      left(manifest, all, (one, made) =>
        workloadsIn([one]).flatMap((server) => refused(server, withoutPatches(made))),
      ),
    );
  },
});

function refused({ title, manifest, observed }: Workload, all: readonly Manifest[]): Finding[] {
  const env = observed.spec.env ?? [];
  return SIGNALS.flatMap((signal): Finding[] => {
    const endpoint = sends((name) => variable(env, name), signal);
    const collector = endpoint && collectorAt(endpoint, manifest, all);
    const fault = collector && refusalOf(collector, signal);
    if (fault === undefined) return [];
    return [{ found: `${title} sends ${signal} to ${collector!.title}, ${fault}`, where: collector!.where }];
  });
}
