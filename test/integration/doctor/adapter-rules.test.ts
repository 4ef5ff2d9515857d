import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const EXAMPLES = join(import.meta.dirname, '../../../examples/kubernetes');
const [AUTOSCALER, ADAPTER] = [
  'hpa/horizontal-pod-autoscaler.yaml',
  'prometheus-adapter/config-map.yaml',
].map((name) => readFileSync(join(EXAMPLES, name), 'utf8')) as [string, string];
const asked = AUTOSCALER.replace('  name: notes\n', '  name: notes\n  namespace: shop\n');

/** How the only rule of the adapter names its series. */
function naming(series: string, name?: string): string {
  const rule = ADAPTER.replace(/seriesQuery: .*/, `seriesQuery: '${series}'`);
  return rule.replace(/ {8}name:\n.*\n/, () => (name === undefined ? '' : `        name: { ${name} }\n`));
}

/** What the pattern has found, as Go writes it. */
const GROUP = `$\{1}`;
const OURS = 'pmcp_active_connections{pod!=""}';

describe('the doctor before an autoscaler and the rules of prometheus-adapter', () => {
  it.each([
    ['another name', naming(OURS, 'as: connections')],
    [
      'another name, made from that of the series',
      naming(OURS, `matches: '(.+)', as: '${GROUP}_per_second'`),
    ],
    ['another series by its own name', naming('http_requests_total')],
    ['another series by its label', naming('{__name__="http_requests_total"}')],
    ['other series', naming('{__name__=~"^http_.*"}')],
    ['another series, whose name is said to stay', naming('http_requests_total', "as: '$0'")],
  ])('says that no rule makes the metric where one makes %s', async (_, rules) => {
    expect(await diagnosis({ manifests: manifests(`${POD_MONITOR}---\n${asked}---\n${rules}`, []) })).toEqual(
      {
        'PMCP-D079': [
          'HorizontalPodAutoscaler notes asks for pmcp_active_connections, which no rule of prometheus-adapter makes',
        ],
      },
    );
  });

  it.each([
    ['the rule of the example', ADAPTER],
    ['a rule without a name', naming(OURS)],
    ['a rule of the series by its label', naming('{__name__="pmcp_active_connections"}')],
    ['a rule of many series', naming('{__name__=~"^pmcp_.*"}')],
    ['a rule of all series', naming('{pod!=""}')],
    [
      'a name that is made from that of the series',
      naming('{pod!=""}', `matches: '(.+)_total', as: '${GROUP}_connections'`),
    ],
    ['a name that only matches', naming('{pod!=""}', "matches: '^(.*)_total$'")],
    ['an adapter that is elsewhere', 'kind: ConfigMap\nmetadata: { name: other }\n'],
  ])('finds nothing wrong with %s', async (_, rules) => {
    expect(await diagnosis({ manifests: manifests(`${POD_MONITOR}---\n${asked}---\n${rules}`, []) })).toEqual(
      {},
    );
  });
});
