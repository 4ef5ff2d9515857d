import { type EmptyPanel, emptyPanels } from '../../facts/empty-panels.js';
import { ownTarget } from '../../facts/own-target.js';
import { query } from '../../facts/prometheus.js';
import { OVERVIEW } from '../../facts/shipped-overview.js';
import { prometheusCheck } from './define.js';

export const panelsHaveData = prometheusCheck({
  code: 'PMCP-D150',
  title: 'The panels of the Overview have data of the server.',
  why: 'Prometheus has samples of the server, and the Overview shows none: in an incident people look there first, and take an empty panel for a quiet server.',
  cure: 'Ask for the series of the finding at PROMETHEUS/graph. If there is none, `metric_relabel_configs` of the job drop it, or the rule that records it fails. If there is one, compare its `cluster`, `namespace`, `job` and `instance` with those of `pmcp_ready`, and take away the relabelling that changes them.',
  severity: 'fail',
  rights: 'GET of `/api/v1/query` and `/api/v1/rules`, and of `/metrics` on the admin port.',
  needs: ['url', 'prometheus'],
  after: ['PMCP-D103', 'PMCP-D118', 'PMCP-D104', 'PMCP-D123', 'PMCP-D131'],
  async run(context) {
    const target = await context.get(ownTarget);
    const empty = await emptyPanels(
      context,
      OVERVIEW,
      async (expression) => (await query(context, expression)).length > 0,
    );
    return told(empty, target?.labels.instance ?? '');
  },
});

/** Returns a finding about the first empty panel, and counts the others. */
export function told([first, ...others]: readonly EmptyPanel[], instance: string) {
  if (first === undefined) return [];
  const more = others.length > 0 ? `, and ${others.length} more panels` : '';
  return [
    {
      found: `the panel "${first.title}"${more} of the Overview has no data of ${instance}: it reads ${first.reads}`,
    },
  ];
}
