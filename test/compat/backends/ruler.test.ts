import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlert } from '../../../alerts/rule.js';
import { until } from '../../support/until.js';
import { emptyPanels } from './overview.js';
import { type Points, ranged, samples } from './points.js';
import { INTERVAL_SECONDS, Replicated, RULES } from './replicated.js';

const RANGE_SECONDS = 60;
/** How many evaluations of a rule are compared. */
const LAST = 3;
/** The name, and what the ruler adds where a rule gives no label `cluster`. */
const ADDED = ['__name__', 'cluster'];
/** Sums are added in another order. */
const ROUNDING = 1e-9;

/**
 * Recorded for gateways, of which there is none, for servers that have forgotten a tool, for tools that are slow, for
 * tasks, which users begin now and then, and for whole hours, of which none ends during the test.
 */
const NOT_ON_STAGE = /edge|forgotten|slow_requests|:pmcp_task|:hourly/;
/** The rules of hours are evaluated every six minutes here. */
const EVALUATED_WITHIN_MS = 420_000;

const stage = new Replicated('ruler');
let end: number;

interface Evaluated {
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
}

const rules = RULES.flatMap(({ rules }) => rules);
const recordings = rules.flatMap((rule) => (isAlert(rule) ? [] : [{ labels: {}, ...rule }]));

async function evaluated(): Promise<Evaluated[]> {
  const response = await fetch(`${stage.ruler}/api/v1/rules`);
  const { data } = (await response.json()) as { data: { groups: { rules: Evaluated[] }[] } };
  return data.groups.flatMap(({ rules }) => rules);
}

/** Returns the samples that the ruler has recorded in the minute. */
function recorded({ record, labels }: (typeof recordings)[number]) {
  const where = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return samples(stage.store, `${record}{${where.join(',')}}[1m]`, end, { without: ADDED });
}

/** Returns the values of the series that have one at this time. */
function valuesAt(time: number, points: Points): Map<string, number> {
  return new Map([...points].flatMap(([series, of]) => (of.has(time) ? [[series, of.get(time)!]] : [])));
}

beforeAll(async () => {
  await stage.start();
  const isThere = async () => {
    const [errors] = (
      await samples(stage.store, 'slo:pmcp_error_ratio:rate5m[1m]', Date.now() / 1_000)
    ).values();
    return (errors?.size ?? 0) >= LAST;
  };
  await until(isThere, 180_000);
  end = Math.floor(Date.now() / 1_000);
  await stage.arrived(end);
});

afterAll(() => stage.stop());

describe('the ruler of Thanos with the shipped rules', () => {
  it.each(recordings)(
    'records what the query gives once all samples are there: $record $labels',
    async (rule) => {
      const found = await recorded(rule);
      const times = [...new Set([...found.values()].flatMap((points) => [...points.keys()]))].sort();
      for (const time of times.slice(-LAST)) {
        const at = { start: time, end: time, step: 1 };
        const asking = { labels: rule.labels, without: ADDED };
        const answer = valuesAt(time, await ranged(stage.store, rule.expr, at, asking));
        const then = valuesAt(time, found);
        expect([...then.keys()].sort()).toEqual([...answer.keys()].sort());
        for (const [series, value] of then) {
          const distance = Math.abs(value - answer.get(series)!);
          expect(distance, `${series} at ${time}`).toBeLessThanOrEqual(ROUNDING * Math.abs(value));
        }
      }
    },
  );

  it('records series for every rule about what is on the stage', async () => {
    const sizes = recordings.map(async (rule) => ({ ...rule, size: (await recorded(rule)).size }));
    const silent = (await Promise.all(sizes)).filter(({ size }) => size === 0).map(({ record }) => record);
    expect(silent.filter((record) => !NOT_ON_STAGE.test(record))).toEqual([]);
  });

  it('fills all panels of the overview but that of a budget, which waits for a day', async () => {
    const span = { start: end - RANGE_SECONDS, end, step: INTERVAL_SECONDS };
    const ask = (query: string) => ranged(stage.store, query, span);
    expect(await emptyPanels(RANGE_SECONDS, ask)).toEqual(['Error budgets of 30 days']);
  });

  it('sends an alert once when a health check fails, and ends it when it passes again', async () => {
    const firing = async () => {
      const response = await fetch(`${stage.alertmanager}/api/v2/alerts?active=true`);
      const alerts = (await response.json()) as { labels: Record<string, string> }[];
      return alerts
        .map(({ labels }) => labels)
        .filter(({ alertname }) => alertname === 'PmcpHealthCheckFailing');
    };
    expect(await firing()).toEqual([]);
    stage.isHealthy = false;
    await until(async () => (await firing()).length > 0, 120_000);
    const [alert, ...others] = await firing();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ check: 'database', cluster: 'main', job: 'pmcp' });
    expect(alert).not.toHaveProperty('replica');
    stage.isHealthy = true;
    await until(async () => (await firing()).length === 0, 120_000);
  });

  it(
    'evaluates every rule without an error',
    async () => {
      const isDone = async () => (await evaluated()).every(({ health }) => health !== 'unknown');
      await until(isDone, EVALUATED_WITHIN_MS);
      const found = await evaluated();
      expect(found.map(({ name }) => name).sort()).toEqual(
        rules.map((rule) => (isAlert(rule) ? rule.alert : rule.record)).sort(),
      );
      expect(found.filter(({ health, lastError = '' }) => health !== 'ok' || lastError !== '')).toEqual([]);
    },
    2 * EVALUATED_WITHIN_MS,
  );

  it('has lost no program so far', () => {
    expect(stage.deaths).toEqual([]);
  });
});
