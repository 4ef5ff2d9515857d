import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { type Dashboard, isPrometheus, panelsOf, queriesOf, type Target } from '../../dashboards/model.js';
import { until } from '../../support/until.js';
import { fault, valuesOf } from './ask.js';
import { Stage } from './stage.js';

const dashboards = allDashboards() as unknown as Dashboard[];
/** Neither Loki nor Tempo runs here: loki.test.ts and traces.test.ts are about these. */
const WITHOUT_DATA = [
  'Slow requests',
  'Lines by level',
  'Requests in the log by outcome',
  'Request log',
  'Failed requests',
  'Lines of failed requests',
];

const stage = new Stage();
/** Queries that have shown nothing so far. */
const empty = new Map(
  dashboards.flatMap((dashboard) =>
    queriesOf(dashboard, 'prometheus').map(({ target }) => [target, dashboard]),
  ),
);

beforeAll(async () => {
  await stage.start();
  // Rates need time, and some things happen seldom. What is still empty then is what the tests below name.
  await until(allHadData, 100_000).catch(() => {});
}, 180_000);

afterAll(() => stage.stop());

async function allHadData(): Promise<boolean> {
  for (const [target, dashboard] of empty) {
    if (!(await fault(stage.prometheus, dashboard, today(target)))) empty.delete(target);
  }
  return empty.size === 0;
}

/** A budget is known after a day of many requests, which no test has: it must be there but for that. */
function today(target: Target): Target {
  const { expr = '' } = target;
  if (!expr.includes('budget_remaining')) return target;
  return {
    ...target,
    expr: expr.replaceAll(' offset 1d', '').replaceAll(/(errors_allowed\S+) > \d+/g, '$1'),
  };
}

describe.each(dashboards)('$title', (dashboard) => {
  it.each(choices(dashboard))('offers something to choose from for $name', async (variable) => {
    expect(await valuesOf(stage.prometheus, dashboard, variable)).not.toEqual([]);
  });

  it.each(byPanel(dashboard))('shows data in "%s"', async (_, targets) => {
    const silent = targets.filter((target) => empty.has(target));
    const faults = silent.map(
      async (target) => (await fault(stage.prometheus, dashboard, today(target))) ?? 'late',
    );
    expect(await Promise.all(faults)).toEqual([]);
  });
});

it('asks every panel but those of Loki and Tempo', () => {
  const asked = new Set(dashboards.flatMap(byPanel).map(([title]) => title));
  const others = dashboards.flatMap(panelsOf).filter(({ title }) => !asked.has(title));
  expect(others.map(({ title }) => title)).toEqual(WITHOUT_DATA);
});

it('finds out a panel that shows nothing', async () => {
  const [dashboard] = dashboards;
  const target = { expr: 'rate(pmcp_no_such_total[$__rate_interval])' };
  expect(await fault(stage.prometheus, dashboard!, target)).toContain('no data');
  expect(await fault(stage.prometheus, dashboard!, { expr: 'rate(up)' })).toContain('parse error');
});

it('loses no program on the way', () => {
  expect(stage.deaths).toEqual([]);
});

/** Nothing on this machine has a cluster. */
function choices({ templating: { list } }: Dashboard) {
  return list.filter((variable) => isPrometheus(variable) && variable.name !== 'cluster');
}

function byPanel(dashboard: Dashboard): [string, Target[]][] {
  return panelsOf(dashboard)
    .map(({ title, targets = [] }): [string, Target[]] => [
      title,
      targets.filter(({ datasource }) => datasource?.type === 'prometheus'),
    ])
    .filter(([, targets]) => targets.length > 0);
}
