import { catalog } from '@pmcp/observability/catalog';
import {
  absent,
  constant,
  count,
  increase,
  max,
  maxOverTime,
  minOverTime,
  rate,
  select,
  share,
  sum,
} from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { scrape } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

const FAILED = ['tool_error', 'server_error'];

/** What users of a server feel at once. */
export function serving(c: Context): AlertRule[] {
  return [...targets(c), ...tools(c), ...clients(c), stuck(c), toolsChanged(c)];
}

function targets({ alert, server, by, selectors: { servers } }: Context): AlertRule[] {
  return [
    alert({
      name: 'PmcpTargetDown',
      severity: 'warning',
      expr: select(scrape.up, { where: servers }).eq(0),
      for: '5m',
      summary: 'A server can not be scraped.',
      description: ({ instance }) =>
        `${instance} of ${server} has not answered Prometheus for 5 minutes. Its clients are cut off or share the other pods.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpAllTargetsDown',
      severity: 'critical',
      expr: max(scrape.up, { by, where: servers }).eq(0),
      for: '2m',
      summary: 'No target of a server can be scraped.',
      description: `None of the targets of ${server} answers Prometheus. Clients most likely can not connect at all.`,
      dashboard: 'overview',
    }),
    alert({
      name: 'PmcpTargetsAbsent',
      severity: 'critical',
      expr: absent(scrape.up, { where: servers }),
      for: '10m',
      summary: 'Prometheus knows no PMCP server.',
      description:
        'Service discovery finds no target that is a PMCP server: all are gone, or the scrape configuration no longer matches. Until then no other alert about servers can fire.',
      dashboard: 'watchers',
    }),
  ];
}

function tools({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const window = time('10m');
  const where = { method: 'tools/call' };
  const over = { by: [...by, 'name'] as const, window };
  const failed = { ...over, where: { ...where, outcome: FAILED } };
  const calls = increase(catalog.requests, { ...over, where });
  const failures = increase(catalog.requests, failed);
  return [
    alert({
      name: 'PmcpToolErrors',
      severity: 'warning',
      expr: failures
        .dividedBy(calls.gt(0))
        .gt(thresholds.toolErrorShare)
        .and(failures.gte(thresholds.toolErrorCount)),
      for: '5m',
      summary: 'A tool fails often.',
      description: ({ name }) =>
        `${value.percent} of the calls of the tool ${name} of ${server} failed in the last 10 minutes. Models that use it get errors instead of answers.`,
      dashboard: 'tools',
    }),
    alert({
      name: 'PmcpToolSlow',
      severity: 'warning',
      // Two buckets of each tool, not all of them: with many servers a quantile would take longer than the interval.
      expr: constant(1)
        .minus(share(catalog.requestDuration, { ...over, where, under: thresholds.toolSeconds }))
        .gt(thresholds.toolSlowShare),
      for: '10m',
      summary: 'A tool is slow.',
      description: ({ name }) =>
        `${value.percent} of the calls of the tool ${name} of ${server} in the last 10 minutes took longer than ${thresholds.toolSeconds} s. Users wait for their model, and clients may give up.`,
      dashboard: 'tools',
    }),
  ];
}

function clients({ alert, server, by, time, thresholds }: Context): AlertRule[] {
  const over = { by, window: time('10m') };
  const all = increase(catalog.requests, over);
  const refused = increase(catalog.requests, { ...over, where: { outcome: 'client_error' } });
  const invented = {
    method: ['tools/call', 'prompts/get'],
    name: '_other',
    outcome: ['client_error', 'tool_error'],
  };
  return [
    alert({
      name: 'PmcpClientErrorSurge',
      severity: 'warning',
      expr: refused
        .dividedBy(all.gt(0))
        .gt(thresholds.clientErrorShare)
        .and(refused.gte(thresholds.clientErrorCount)),
      for: '10m',
      summary: 'A server refuses most of what its clients ask.',
      description: `${value.percent} of the requests to ${server} in the last 10 minutes were refused as the client's fault. A client is broken, or a change of the server broke them all.`,
      dashboard: 'connections',
    }),
    alert({
      name: 'PmcpInventedNames',
      severity: 'warning',
      expr: increase(catalog.requests, { ...over, where: invented }).gt(thresholds.unknownNameCount),
      for: '5m',
      summary: 'Clients call tools that do not exist.',
      description: `${value.number} calls to ${server} in the last 10 minutes were of names that it does not have. Somebody guesses names, or clients work from an old list of tools and get errors.`,
      dashboard: 'tools',
    }),
    alert({
      name: 'PmcpMalformedMessages',
      severity: 'warning',
      expr: increase(catalog.errors, { ...over, where: { type: 'parse' } }).gt(thresholds.malformedCount),
      for: '5m',
      summary: 'A server gets messages that it can not read.',
      description: `${value.number} messages to ${server} in the last 10 minutes were no JSON-RPC. Whoever sent them waits for an answer that does not come.`,
      dashboard: 'connections',
    }),
  ];
}

function stuck({ alert, server, by, time }: Context): AlertRule {
  const window = time('5m');
  const labels = [...by, 'method'] as const;
  const ended = rate(catalog.requests, { by: labels, window }).gt(0);
  return alert({
    name: 'PmcpRequestsStuck',
    severity: 'warning',
    expr: sum(minOverTime(catalog.requestsInFlight, { window }), { by: labels }).gt(0).unless(ended),
    for: '15m',
    summary: 'Requests are in flight and none ends.',
    description: ({ method }) =>
      `${value.number} ${method} requests to ${server} have been in flight for 15 minutes and not one has ended. Their clients hang.`,
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
    description: `${server} has served ${value.number} different lists of tools in the last hour under one version. A model may now be told other things about a tool than were reviewed.`,
    dashboard: 'tools',
  });
}
