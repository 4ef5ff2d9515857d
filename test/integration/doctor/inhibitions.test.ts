import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { examined } from '../../support/doctor.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';

const children = new Children(() => {});
const ADDED = `
global: { external_labels: { cluster: prod, group: mcp-prod } }
alerting:
  alert_relabel_configs: [{ source_labels: [group], regex: '(.+)-prod', target_label: team }]
`;

/** One that adds labels, and one that has the shipped rules, which speak of more labels than anything has. */
let adding: URL;
let having: URL;
beforeAll(async () => {
  const start = async (config: string, files: Readonly<Record<string, string>>) =>
    new URL((await Prometheus.startWith(config, children.start.bind(children), { files })).url);
  [adding, having] = await Promise.all([start(ADDED, {}), start(ruled('127.0.0.1:9', ''), RULES)]);
});
afterAll(() => children.stop());

async function outcome(equal: string, prometheus: URL | undefined) {
  const rule = `  - source_matchers: ['severity="critical"']\n    target_matchers: ['severity=~"warning|info"']\n    equal: [${equal}]\n`;
  const config = CALM.replace('inhibit_rules:\n', `inhibit_rules:\n${rule}`);
  expect(config).not.toBe(CALM);
  const alertmanager = await startedAlertmanager(children, config);
  const [result] = await examined({ alertmanager, prometheus }, ({ code }) => code === 'PMCP-D206');
  return result?.outcome;
}

describe('the doctor before critical alerts that hide warnings of the same place', () => {
  it.each([
    ['datacenter, rack', 'that only Alertmanager speaks of', () => adding],
    ['cluster', 'that only rules speak of', () => having],
  ])('says of %s, %s, that no alert has it, and so all places are the same', async (equal, _, prometheus) => {
    expect(await outcome(equal, prometheus())).toMatchObject({
      kind: 'found',
      findings: [{ found: expect.stringContaining(`equal: [${equal}], and no alert has such`) }],
    });
  });

  it.each([
    ['cluster', () => adding],
    ['rack, team', () => adding],
    ['alertname', () => adding],
    ['window', () => having],
    ['rack, alertname', () => having],
  ])('finds nothing where one has a label of %s', async (equal, prometheus) => {
    expect(await outcome(equal, prometheus())).toEqual({ kind: 'passed' });
  });

  it('finds nothing where nobody can tell which labels there are', async () => {
    expect(await outcome('datacenter, rack', undefined)).toEqual({ kind: 'passed' });
  });
});
