import { ourRules } from '../../facts/prometheus.js';
import { differences } from '../../facts/rule-signs.js';
import { some } from '../some.js';
import { prometheusCheck } from './define.js';

const RIGHTS = 'GET of `/api/v1/rules`.';

export const rulesAreOfThisVersion = prometheusCheck({
  code: 'PMCP-D120',
  title: 'The rules are those of this version.',
  why: 'Dashboards and runbooks of one version ask for what its own rules record: with others, panels are empty and links lead nowhere.',
  cure: 'Run `npx pmcp-observability assets ./monitoring --force` with the version that the servers have, and reload Prometheus.',
  severity: 'warn',
  rights: RIGHTS,
  after: ['PMCP-D104', 'PMCP-D125'],
  async run(context) {
    const { missing, unknown } = differences(await context.get(ourRules));
    return [
      ...(missing.length > 0
        ? [{ found: `${missing.length} recording rules of this version are not loaded: ${some(missing)}` }]
        : []),
      ...(unknown.length > 0
        ? [{ found: `${unknown.length} alerts are not of this version: ${some(unknown)}` }]
        : []),
    ];
  },
});

export const rulesAreAsShipped = prometheusCheck({
  code: 'PMCP-D121',
  title: 'The rules ask for what the shipped ones ask for; thresholds and windows may differ.',
  why: 'What was changed by hand is not tested, and is lost with the next version.',
  cure: 'Put the change into the options of the alerts (`change`, `thresholds`, `selectors` in alerts/README.md), which has tests for what it writes. For rules that you build yourself, leave this check out with that as reason.',
  severity: 'warn',
  rights: RIGHTS,
  after: ['PMCP-D104', 'PMCP-D120'],
  async run(context) {
    const { edited } = differences(await context.get(ourRules));
    if (edited.length === 0) return [];
    return [{ found: `${edited.length} rules ask for something else than as they ship: ${some(edited)}` }];
  },
});
