import { catalog } from '@pmcp/observability/catalog';
import {
  count,
  type Expression,
  increase,
  maxOverTime,
  minOverTime,
  not,
  sum,
  type TargetLabel,
} from '../../prometheus/promql.js';
import { instanceExchanges, instanceRequests, RECORDED_WINDOW } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { targets } from './targets.js';

/** Alerts about what users of a server notice at once. */
export function serving(c: Context): AlertRule[] {
  return [...targets(c), ...clients(c), stuck(c), toolsChanged(c)];
}

/** Reasons for a refusal with other alerts. */
const TURNED_AWAY = ['unauthorized', 'invalid_token', 'insufficient_scope', 'rate_limited'];

function clients({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const over = { by, window: time('10m') };
  // Does not count these refusals: they have other alerts, and anybody can send such requests.
  const turnedAway = sum(instanceExchanges, { by, where: { http_method: 'POST', reason: TURNED_AWAY } });
  const others = (of: Expression<TargetLabel>) => of.minus(turnedAway).or(of);
  const all = others(sum(instanceRequests, { by }));
  const refused = others(sum(instanceRequests, { by, where: { outcome: 'client_error' } }));
  // Does not count requests that were refused earlier, as after a release that ended all sessions.
  const invented = {
    method: ['tools/call', 'prompts/get'],
    name: '_other',
    type: ['tool_error', '-32601', '-32602'],
  };
  return [
    alert({
      name: 'PmcpClientErrorSurge',
      severity: 'warning',
      expr: refused
        .dividedBy(all.gt(0))
        .gt(thresholds.clientErrorShare)
        .and(refused.times(seconds(time(RECORDED_WINDOW))).gte(thresholds.clientErrorCount)),
      for: '10m',
      summary: 'A server refuses most requests of its clients.',
      description: `${value.percent} of the requests to ${server} in the last 5 minutes were refused as faults of the client. A client is broken, or a change of the server broke them all.`,
      dashboard: 'connections',
    }),
    alert({
      name: 'PmcpInventedNames',
      severity: 'warning',
      expr: increase(catalog.errors, { ...over, where: invented }).gt(thresholds.unknownNameCount),
      for: '5m',
      summary: 'Clients call tools that do not exist.',
      description: `${value.number} calls to ${server} in the last 10 minutes used names that do not exist there. Somebody guesses names, or clients use an old list of tools and get errors.`,
      dashboard: 'tools',
    }),
    alert({
      name: 'PmcpMalformedMessages',
      severity: 'warning',
      expr: increase(catalog.errors, { ...over, where: { type: ['parse', 'unreadable'] } }).gt(
        thresholds.malformedCount,
      ),
      for: '5m',
      summary: 'A server gets messages that it cannot read.',
      description: `${value.number} messages to ${server} in the last 10 minutes were not JSON-RPC. Their senders wait for an answer that does not come.`,
      dashboard: 'connections',
    }),
  ];
}

function stuck({ alert, server, by, time }: Context): AlertRule {
  const window = time('5m');
  // Each pod is checked separately, so that others do not hide one that hangs.
  const labels = [...by, 'instance', 'method'] as const;
  // These stay open for as long as their clients listen, or a task takes.
  const where = { method: not(['subscriptions/listen', 'tasks/result']) };
  const inFlight = sum(minOverTime(catalog.requestsInFlight, { window, where }), { by: labels });
  const waiting = sum(maxOverTime(catalog.requestsWaiting, { window, where }), { by: labels });
  const ended = sum(instanceRequests, { by: labels }).gt(0);
  return alert({
    name: 'PmcpRequestsStuck',
    severity: 'warning',
    // Requests that wait for their client wait for a person.
    expr: inFlight.minus(waiting).or(inFlight).gt(0).unless(ended),
    for: '15m',
    summary: 'Requests are in flight and none ends.',
    description: ({ instance, method }) =>
      `${value.number} ${method} requests to ${instance} of ${server} have been in flight for 15 minutes and not one has ended. Their clients hang.`,
    dashboard: 'overview',
  });
}

function toolsChanged({ alert, server, by, time }: Context): AlertRule {
  const window = time('1h');
  const lists = count(maxOverTime(catalog.toolDefinitions, { window }), { by: [...by, 'fingerprint'] });
  const versions = count(maxOverTime(catalog.buildInfo, { window }), { by: [...by, 'version'] });
  return alert({
    name: 'PmcpToolsChanged',
    severity: 'warning',
    expr: count(lists, { by }).gt(1).unless(count(versions, { by }).gt(1)),
    summary: 'The tools of a server changed without a new version.',
    description: `${server} has served ${value.number} different lists of tools in the last hour under one version. Models may now read descriptions of tools that nobody has reviewed.`,
    dashboard: 'tools',
  });
}
