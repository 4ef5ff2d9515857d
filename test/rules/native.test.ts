import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import type { Slo } from '../../alerts/slo/slo.js';
import type { HistogramForm } from '../../prometheus/promql.js';
import { AlertTests } from './alert-tests.js';
import { type Case, POD, POD2, type Series, series } from './case.js';
import { cases } from './cases.js';
import { asNative } from './native.js';
import { testRulesOf3 } from './promtool.js';

const SEARCH = { method: 'tools/call', name: 'search' };
const classic = new AlertTests(ruleGroups());
const inForm = (histograms: HistogramForm) => new AlertTests(ruleGroups({ histograms }));

/** The histograms that Prometheus may have, and the form of rules that reads them. */
const HAVING: Readonly<Record<string, [HistogramForm, (series: Series) => Series]>> = {
  'native histograms': ['native', (series) => asNative(series, 'exponential')],
  'classic histograms that it converted': ['native', (series) => asNative(series, 'converted')],
  'classic histograms, by rules for both': ['both', (series) => series],
  'native histograms, by rules for both': ['both', (series) => asNative(series, 'exponential')],
  'both forms of each, by rules for both': [
    'both',
    (series) => ({ ...series, ...asNative(series, 'exponential') }),
  ],
};

/** The cases with histograms among their series, read directly or through recording rules. */
const ofHistograms = cases.filter(({ fires }) =>
  fires.some(({ series }) => JSON.stringify(asNative(series, 'exponential')) !== JSON.stringify(series)),
);

/** These have long windows over series of other rules, whose own cases test them too, and take seconds. */
const SLOW = ['PmcpLatencyBurnSlow', 'PmcpTasksStuck'];

it('covers every alert whose rules differ, except SLOs without durations', () => {
  const names = ofHistograms.map(({ alert }) => alert);
  const differ = cases
    .map(({ alert }) => alert)
    .filter((alert) => !/^Pmcp(Availability|ToolSuccess)Burn/.test(alert))
    .filter((alert) => text(inForm('native'), alert) !== text(classic, alert));
  expect(differ.filter((alert) => !names.includes(alert))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['PmcpLatencyBurnFast', 'PmcpToolSlow', ...SLOW]));
});

describe.each(Object.entries(HAVING))('a Prometheus with %s', (way, [form, having]) => {
  const tests = inForm(form);

  const asked = ofHistograms.filter(({ alert }) => !SLOW.includes(alert) || way === 'native histograms');

  it.each(asked)(
    'fires $alert and stays quiet as with classic histograms',
    async ({ alert, fires, quiet }) => {
      const of = <T extends Case['fires' | 'quiet'][number]>(all: readonly T[]) =>
        all.map((each) => ({ ...each, series: having(each.series) }));
      await testRulesOf3(tests.rulesFor(alert), [
        ...of(fires).map((each) => tests.firing(alert, each)),
        ...of(quiet).map((each) => tests.quiet(alert, each)),
      ]);
    },
  );
});

describe('rules for both forms', () => {
  const groups = ruleGroups({ histograms: 'both' }).filter(({ name }) =>
    ['pmcp-requests', 'pmcp-durations', 'pmcp-slo-events'].includes(name),
  );
  const durations = (pod: object, all: string, quick: string): Series => ({
    [series('pmcp_request_duration_seconds_bucket', { ...pod, ...SEARCH, le: '5' })]: quick,
    [series('pmcp_request_duration_seconds_bucket', { ...pod, ...SEARCH, le: '+Inf' })]: all,
  });
  const native = (given: Series) => asNative(given, 'exponential');
  const old = durations(POD, '0+60x40', '0+30x40');
  const fresh = durations(POD2, '0+120x40', '0+90x40');

  /** Expects the requests of the whole server per second, the late ones of them, and the instances with a known median. */
  async function expectLatency(given: Series, at: number, [all, late, instances]: number[]) {
    const values = {
      'sum(slo:pmcp_events:rate5m{slo="Latency"})': all,
      'sum(slo:pmcp_errors:rate5m{slo="Latency"})': late,
      'count(instance:pmcp_request_duration_seconds:p50)': instances,
    };
    await testRulesOf3(groups, [
      {
        input_series: Object.entries(given).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(values).map(([expr, value]) => ({
          expr,
          eval_time: `${at}m`,
          exp_samples: [{ labels: '{}', value }],
        })),
      },
    ]);
  }

  it.each<[string, Series]>([
    ['are all classic', { ...old, ...fresh }],
    ['are some classic, some native', { ...old, ...native(fresh) }],
    ['are all classic, and some native too', { ...old, ...fresh, ...native(fresh) }],
    ['are all of both forms', { ...old, ...native(old), ...fresh, ...native(fresh) }],
    ['are some classic, some of both, and none native alone', { ...old, ...native(old), ...fresh }],
    ['are all native', { ...native(old), ...native(fresh) }],
  ])('count each request once while servers %s', async (_, given) => {
    await expectLatency(given, 30, [3, 1, 2]);
  });

  it('have no gap while one server after the other changes over', async () => {
    const gone = (given: Series, minutes: number) =>
      Object.fromEntries(Object.keys(given).map((name) => [name, cut(given, name, minutes)]));
    const changing = {
      ...gone(old, 20),
      ...native(old),
      ...gone(fresh, 30),
      ...native(fresh),
    };
    for (const at of [15, 29, 40]) await expectLatency(changing, at, [3, 1, 2]);
  });

  const cut = (given: Series, name: string, minutes: number) =>
    `${(given[name] ?? '').replace(/x\d+$/, `x${minutes}`)} stale`;
});

describe('an objective between two bounds', () => {
  const slo: Slo = {
    name: 'Quick',
    objective: 0.99,
    indicator: { kind: 'latency', seconds: 0.7 },
    bad: 'took longer than 0.7 s',
  };

  it('is an error only for classic histograms', () => {
    for (const histograms of ['classic', 'both'] as const) {
      expect(() => ruleGroups({ slos: [slo], histograms })).toThrow('Expected `bound` to be a bucket of');
    }
    expect(JSON.stringify(ruleGroups({ slos: [slo], histograms: 'native' }))).toContain(
      'histogram_fraction(0.7, +Inf',
    );
  });

  it('must still be a positive duration', () => {
    const none: Slo = { ...slo, indicator: { kind: 'latency', seconds: 0 } };
    expect(() => ruleGroups({ slos: [none], histograms: 'native' })).toThrow(
      'Expected `slos.Quick.indicator.seconds` to be a number above 0, got 0',
    );
  });
});

function text(tests: AlertTests, alert: string): string {
  return JSON.stringify(tests.rulesFor(alert));
}
