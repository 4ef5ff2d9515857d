import { edgeRecordings } from '../prometheus/edges.js';
import { unexpected } from '../prometheus/expected.js';
import type { Duration } from '../prometheus/promql.js';
import {
  RECORDED_WINDOW,
  RECORDING_GROUPS,
  RECORDING_INTERVAL,
  recordings,
  SLOW_INTERVAL,
} from '../prometheus/recorded.js';
import { misnamed } from './check-options.js';
import { checkTemplate } from './check-template.js';
import { type Context, context } from './context.js';
import { seconds } from './duration.js';
import { type AlertOptions, type Settings, settings } from './options.js';
import { type AlertRule, isAlert, type Rule, type RuleGroup } from './rule.js';
import { capacity } from './rules/capacity.js';
import { dataSafety } from './rules/data-safety.js';
import { dependencies } from './rules/dependencies.js';
import { edge } from './rules/edge.js';
import { guarding, knownTools } from './rules/guarding.js';
import { health } from './rules/health.js';
import { refusals } from './rules/refusals.js';
import { serving } from './rules/serving.js';
import { subscriptions } from './rules/subscriptions.js';
import { slowCallsGroup, tools } from './rules/tools.js';
import { unfinished } from './rules/unfinished.js';
import { watchers } from './rules/watchers.js';
import { burnGroup } from './slo/burn.js';
import { checkSlos } from './slo/check.js';
import { recordingGroups } from './slo/recording.js';

const GROUPS: Readonly<Record<string, (context: Context) => AlertRule[]>> = {
  serving,
  tools,
  capacity,
  health,
  dependencies,
  edge,
  refusals,
  guarding,
  'known-tools': knownTools,
  subscriptions,
  unfinished,
  'data-safety': dataSafety,
  watchers,
};

/**
 * Groups that read series of every tool, or of a day. In a large Prometheus this is too much for every evaluation, and
 * their alerts wait for some minutes anyway.
 */
const COSTLY = new Set(['tools', 'known-tools', 'unfinished']);

/** A rate needs two samples, and some may be lost. */
const SAMPLES_IN_A_RATE = 4;
const SHORTEST_WINDOW = '5m';

/**
 * Returns every rule, recording rules first.
 * @throws TypeError that names the option which is wrong
 */
export function ruleGroups(options: AlertOptions = {}): RuleGroup[] {
  const given = settings(options);
  checkSlos(given.slos, given.histograms);
  checkInterval(given);
  const made = context(given);
  const groups = [
    ...requestsGroups(made),
    slowCallsGroup(made),
    edgesGroup(made),
    ...recordingGroups(made),
    burnGroup(made),
    ...Object.entries(GROUPS).map(([name, rules]) => ({
      name: `pmcp-${name}`,
      ...(COSTLY.has(name) && { interval: made.time(SLOW_INTERVAL) }),
      rules: rules(made),
    })),
  ];
  checkChanges(groups, given);
  const wanted = groups
    .map((group) => ({ ...group, rules: group.rules.flatMap((rule) => changed(rule, made)) }))
    .filter(({ rules }) => rules.length > 0);
  for (const { rules } of wanted) rules.filter(isAlert).forEach(checkTemplates);
  return wanted;
}

function checkTemplates({ alert, labels, annotations }: AlertRule): void {
  for (const [name, text] of Object.entries({ ...labels, ...annotations })) {
    checkTemplate(`${alert}.${name}`, text);
  }
}

/**
 * Returns the recording rules for what other rules and dashboards read, instead of every series of every
 * tool.
 */
function requestsGroups({ by, time, histograms }: Context): RuleGroup[] {
  const all = recordings(by, time(RECORDED_WINDOW)).filter(
    ({ only = histograms }) => only === histograms || histograms === 'both',
  );
  return Object.entries(RECORDING_GROUPS).map(([name, interval]: [string, Duration]) => ({
    name: `pmcp-${name}`,
    interval: time(interval),
    rules: all
      .filter(({ group = 'requests' }) => group === name)
      .map(({ metric, expr, only = histograms }) => ({ record: metric.name, expr: expr.in(only) })),
  }));
}

/** Returns the recording rules that give the requests of all edges one name. */
function edgesGroup({ time, histograms, selectors }: Context): RuleGroup {
  const rules = edgeRecordings(selectors.ingress, time(RECORDED_WINDOW));
  return {
    name: 'pmcp-edges',
    interval: time(RECORDING_INTERVAL),
    rules: rules.map(({ expr, ...rule }) => ({ ...rule, expr: expr.in(histograms) })),
  };
}

function changed(rule: Rule, { change, severities, time }: Context): Rule[] {
  if (!isAlert(rule)) return [rule];
  const wanted = change[rule.alert];
  if (wanted === undefined) return [rule];
  if (wanted === false) return [];
  const { severity, labels, for: delay } = wanted;
  return [
    {
      ...rule,
      ...(delay && { for: time(delay) }),
      labels: { ...rule.labels, ...(severity && { severity: severities[severity] }), ...labels },
    },
  ];
}

function checkChanges(groups: readonly RuleGroup[], { change }: Settings): void {
  const names = new Set(groups.flatMap(({ rules }) => rules.filter(isAlert).map(({ alert }) => alert)));
  const unknown = Object.keys(change).find((name) => !names.has(name));
  if (unknown !== undefined)
    throw misnamed('change', `names of alerts: ${[...names].join(', ')}`, unknown, [...names]);
}

function checkInterval({ scrapeInterval, scale }: Settings): void {
  const longest = seconds(SHORTEST_WINDOW) / SAMPLES_IN_A_RATE;
  if (seconds(scrapeInterval) > longest) {
    throw unexpected(
      'scrapeInterval',
      `at most ${longest}s, for rates over ${SHORTEST_WINDOW}`,
      scrapeInterval,
    );
  }
  if (!(scale <= 1)) throw unexpected('scale', 'at most 1', scale);
}
