import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlert } from '../../../alerts/rule.js';
import { until } from '../../support/until.js';
import { RULES, Ruled } from './ruled.js';

const stage = new Ruled();
beforeAll(async () => {
  await stage.start();
  await until(
    async () => (await evaluated()).every(({ lastEvaluation }) => !NEVER.test(lastEvaluation)),
    60_000,
  );
});

afterAll(() => stage.stop());

/** The time of a rule that was never evaluated. */
const NEVER = /^0001/;

interface Evaluated {
  readonly lastEvaluation: string;
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
}

async function evaluated(): Promise<Evaluated[]> {
  const response = await fetch(`${stage.vmalert}/api/v1/rules`);
  const { data } = (await response.json()) as { data: { groups: { rules: Evaluated[] }[] } };
  return data.groups.flatMap(({ rules }) => rules);
}

const rules = RULES.flatMap(({ rules }) => rules);

describe('vmalert with the shipped rules on VictoriaMetrics', () => {
  it('evaluates every rule without an error', async () => {
    const found = await evaluated();
    expect(found.map(({ name }) => name).sort()).toEqual(
      rules.map((rule) => (isAlert(rule) ? rule.alert : rule.record)).sort(),
    );
    expect(found.filter(({ health, lastError }) => health !== 'ok' || lastError !== '')).toEqual([]);
  });

  it('sends an alert when a health check fails, and ends it when it passes again', async () => {
    const firing = async () => {
      const response = await fetch(`${stage.alertmanager}/api/v2/alerts?active=true`);
      const alerts = (await response.json()) as { labels: Record<string, string>; annotations: object }[];
      return alerts.filter(({ labels }) => labels.alertname === 'PmcpHealthCheckFailing');
    };
    expect(await firing()).toEqual([]);
    stage.isHealthy = false;
    await until(async () => (await firing()).length > 0, 120_000);
    const [alert] = await firing();
    expect(alert).toMatchObject({ labels: { check: 'database', job: 'pmcp', severity: 'warning' } });
    expect(JSON.stringify(alert?.annotations)).toContain('The check database of ');
    stage.isHealthy = true;
    await until(async () => (await firing()).length === 0, 120_000);
  });

  it('has lost no program so far', () => {
    expect(stage.deaths).toEqual([]);
  });
});
