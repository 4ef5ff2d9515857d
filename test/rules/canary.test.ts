import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { filled, opened } from '../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../dashboards/model.js';
import { life, pod, wanted } from './calm/life.js';
import { BACKUP } from './calm/usage.js';
import { type Series, series } from './case.js';
import { testRules } from './promtool.js';

/** When the new version comes, beside two pods of the old one, and when everything is looked at. */
const COMES = 40;
const LOOKED_AT = 70;

const OLD = { version: '1.0.0', hash: '5f6d8c7b9d' };
const NEW = { version: '1.1.0', hash: '6d4cf56db6' };

/** The name of the server of each version, as discovery finds it, by the controller that makes the pods. */
const CONTROLLERS = {
  'Argo Rollouts': { old: 'notes', new: 'notes' },
  Flagger: { old: 'notes-primary', new: 'notes' },
} as const;

/** Returns two pods of the old version, and one of the new version whose calls all fail. */
function failingCanary(servers: (typeof CONTROLLERS)[keyof typeof CONTROLLERS]): Series {
  const named = (server: string, number: number, { version, hash }: typeof OLD) =>
    pod(server, number, { server, version, name: `${server}-${hash}-abcd${number}` });
  const canary = named(servers.new, 3, NEW);
  const { name, address, server, namespace = 'shop' } = canary;
  const failed = series('pmcp_requests_total', {
    ...{ namespace, job: 'pmcp', app_kubernetes_io_name: server!, instance: address, pod: name },
    ...{ method: 'tools/call', name: 'search', outcome: 'tool_error' },
  });
  return {
    ...life(named(servers.old, 1, OLD), { from: 0, minutes: 100 }),
    ...life(named(servers.old, 2, OLD), { from: 0, minutes: 100 }),
    ...life(canary, { from: COMES, minutes: 60, requests: '0x59' }),
    [failed]: `_x${COMES} 0+60x59`,
    ...wanted({ [servers.old]: '2x100', [servers.new]: '2x100' }),
    [BACKUP]: '0+60x100',
  };
}

interface Expected {
  readonly expr: string;
  /** By labels. */
  readonly values: Readonly<Record<string, number>>;
}

async function expectValues(input: Series, expected: readonly Expected[]): Promise<void> {
  const test = {
    input_series: Object.entries(input).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: expected.map(({ expr, values }) => ({
      expr,
      eval_time: `${LOOKED_AT}m`,
      exp_samples: Object.entries(values).map(([labels, value]) => ({ labels, value })),
    })),
  };
  await testRules(ruleGroups(), [test]);
}

/** The servers that alerts of tools have named, once each. */
const named = `count by (app_kubernetes_io_name) (count by (app_kubernetes_io_name) (
  max_over_time(ALERTS{alertname=~"PmcpTool(Errors|SuccessBurn.+)", alertstate="firing"}[${LOOKED_AT}m])))`;

/** Returns the query under a column of a table of the Overview. */
function columnOf(title: string, legend: string): string {
  const all = allDashboards() as unknown as Dashboard[];
  const overview = all.find(({ uid }) => uid === 'pmcp-overview')!;
  const { target } = queriesOf(overview, 'prometheus').find(
    ({ panel, target }) => panel.title === title && target.legendFormat === legend,
  )!;
  return filled(target.expr!, opened(overview));
}

/** Returns the query of a runbook that tells versions apart. */
function queryIn(runbook: string): string {
  const text = readFileSync(`alerts/runbooks/${runbook}.md`, 'utf8');
  return /```promql\n(.+pmcp_build_info.*)\n```/.exec(text)![1]!;
}

const shares = { [`{version="${OLD.version}"}`]: 0, [`{version="${NEW.version}"}`]: 1 };

describe.each(Object.entries(CONTROLLERS))('while a canary of %s fails', (_, servers) => {
  const input = failingCanary(servers);

  it('alerts name the server whose users notice it', async () => {
    const values = { [`{app_kubernetes_io_name="${servers.new}"}`]: 1 };
    await expectValues(input, [{ expr: named, values }]);
  });

  it('the Overview shows which version it is', async () => {
    await expectValues(input, [{ expr: columnOf('Versions, worst first', 'Errors'), values: shares }]);
  });

  it.each(['PmcpToolSuccessBurnFast', 'PmcpToolErrors'])('the runbook of %s finds it', async (runbook) => {
    const expr = `max by (version) (${queryIn(runbook)}) > 0`;
    await expectValues(input, [{ expr, values: { [`{version="${NEW.version}"}`]: 1 } }]);
  });
});
