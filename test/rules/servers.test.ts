import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { series } from './case.js';
import { testRules } from './promtool.js';

/** The labels of the containers of Compose in `docker.yml`, and of the targets file in docs/metrics.md. */
const NOTES = { job: 'pmcp', instance: 'a:9090', service: 'notes' };
const SHOP = { job: 'pmcp', instance: 'b:9090', service: 'shop' };

const groups = ruleGroups();
const requests = (target: Readonly<Record<string, string>>) =>
  series('pmcp_requests_total', { ...target, method: 'tools/call', name: 'x', outcome: 'ok' });
const BUILD = { version: '1.0.0', sdk: 'v1' };

/** @param services for which the alert fires after 40 minutes, and for no others */
async function expectFiring(
  all: Readonly<Record<string, string>>,
  alertname: string,
  services: readonly string[],
): Promise<void> {
  const expected = services.map((service) => ({ labels: series('', { service }), value: 1 }));
  const check = {
    expr: `count by (service) (ALERTS{alertname="${alertname}", alertstate="firing"})`,
    eval_time: '40m',
    ...(expected.length > 0 && { exp_samples: expected }),
  };
  const input_series = Object.entries(all).map(([name, values]) => ({ series: name, values }));
  await testRules(groups, [{ input_series, promql_expr_test: [check] }]);
}

describe('servers of one scrape job without Kubernetes', () => {
  it('are told apart by their service when one of them is down', async () => {
    const all = { [series('up', NOTES)]: '0x60', [series('up', SHOP)]: '1x60' };
    await expectFiring(all, 'PmcpAllTargetsDown', ['notes']);
  });

  it('may have different tools', async () => {
    const all = {
      [series('pmcp_tool_definitions_info', { ...NOTES, fingerprint: 'a' })]: '1x60',
      [series('pmcp_tool_definitions_info', { ...SHOP, fingerprint: 'b' })]: '1x60',
      [series('pmcp_build_info', { ...NOTES, ...BUILD, server: 'notes' })]: '1x60',
      [series('pmcp_build_info', { ...SHOP, ...BUILD, server: 'shop' })]: '1x60',
    };
    await expectFiring(all, 'PmcpToolsChanged', []);
  });

  it('may have different loads', async () => {
    const all = {
      [requests(NOTES)]: '0+300x60',
      [series('pmcp_requests_in_flight', { ...NOTES, method: 'ping' })]: '5x60',
      [requests(SHOP)]: '0+3x60',
      [requests({ ...SHOP, instance: 'c:9090', service: 'chat' })]: '0+3x60',
    };
    await expectFiring(all, 'PmcpPodOverloaded', []);
  });

  it('are told apart from the pods of a server with several', async () => {
    const all = {
      [requests(NOTES)]: '0+300x60',
      [series('pmcp_requests_in_flight', { ...NOTES, method: 'ping' })]: '5x60',
      [requests({ ...NOTES, instance: 'a2:9090' })]: '0+3x60',
      [requests({ ...NOTES, instance: 'a3:9090' })]: '0+3x60',
      [requests({ ...NOTES, instance: 'a4:9090' })]: '0+3x60',
      [requests({ ...NOTES, instance: 'a5:9090' })]: '0+3x60',
    };
    await expectFiring(all, 'PmcpPodOverloaded', ['notes']);
  });
});
