import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../../alerts/groups.js';
import { isAlert } from '../../../alerts/rule.js';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { seriesOfExemplars } from '../../dashboards/fill.js';
import { type Dashboard, isPrometheus, panelsOf, queriesOf, type Target } from '../../dashboards/model.js';
import { until } from '../../support/until.js';
import { fault, valuesOf } from './ask.js';
import { type Source, sources, tableOf } from './sources.js';
import { FORMS, Stage } from './stage.js';

const dashboardsFor = (form: (typeof FORMS)[number]) => allDashboards(form) as unknown as Dashboard[];
const dashboards = FORMS.flatMap((form) =>
  dashboardsFor(form).map((dashboard) => ({ form, title: dashboard.title, dashboard })),
);
/** Neither Loki nor Tempo runs here: loki.test.ts and traces.test.ts cover them. */
const WITHOUT_DATA = [
  'Slow requests',
  'Lines by level',
  'Requests in the log by outcome',
  'Request log',
  'Failed requests',
  'Lines of failed requests',
];

const stage = new Stage();
/** Queries that have returned no data so far. */
const empty = new Map(
  dashboards.flatMap((one) => queriesOf(one.dashboard, 'prometheus').map(({ target }) => [target, one])),
);

// Two dozen programs start one after the other.
beforeAll(async () => {
  await stage.start();
  // Rates need time, and some events are rare. The tests below name each query that is still empty.
  await until(allHadData).catch(() => {});
}, 900_000);

afterAll(() => stage.stop());

async function allHadData(): Promise<boolean> {
  for (const [target, { form, dashboard }] of empty) {
    if (!(await fault(stage.prometheus[form], dashboard, today(target)))) empty.delete(target);
  }
  return empty.size === 0;
}

/**
 * Removes conditions that no test can meet: an error budget is known only after a day with many requests, and
 * a query that is made only for exemplars returns no samples.
 */
function today(target: Target): Target {
  const { expr = '', exemplar = false } = target;
  if (exemplar) return { ...target, expr: seriesOfExemplars(expr) };
  if (!expr.includes('budget_remaining')) return target;
  return {
    ...target,
    expr: expr.replaceAll(' offset 1d', '').replaceAll(/(errors_allowed[^}]*\}) > \d+/g, '$1'),
  };
}

describe.each(dashboards)('$title with $form histograms', ({ form, dashboard }) => {
  it.each(choices(dashboard))('offers at least one value of $name', async (variable) => {
    expect(await valuesOf(stage.prometheus[form], dashboard, variable)).not.toEqual([]);
  });

  it.each(byPanel(dashboard))('shows data in "%s"', async (_, targets) => {
    const silent = targets.filter((target) => empty.has(target));
    const faults = silent.map(
      async (target) => (await fault(stage.prometheus[form], dashboard, today(target))) ?? 'late',
    );
    expect(await Promise.all(faults)).toEqual([]);
  });
});

it.each(FORMS)('sends the queries of all panels except those of Loki and Tempo: %s', (form) => {
  const dashboards = dashboardsFor(form);
  const asked = new Set(dashboards.flatMap(byPanel).map(([title]) => title));
  const others = dashboards.flatMap(panelsOf).filter(({ title }) => !asked.has(title));
  expect(others.map(({ title }) => title)).toEqual(WITHOUT_DATA);
});

it('detects a panel that shows nothing', async () => {
  const [dashboard] = dashboardsFor('classic');
  const target = { expr: 'rate(pmcp_no_such_total[$__rate_interval])' };
  expect(await fault(stage.prometheus.classic, dashboard!, target)).toContain('no data');
  expect(await fault(stage.prometheus.classic, dashboard!, { expr: 'rate(up)' })).toContain('parse error');
});

it.each(FORMS)('has a result of every recording rule, with %s histograms', async (form) => {
  const recorded = ruleGroups({ histograms: form }).flatMap(({ rules }) =>
    rules.flatMap((rule) => (isAlert(rule) ? [] : [rule.record])),
  );
  const [dashboard] = dashboardsFor(form);
  const missing = async () => {
    const faults = [...new Set(recorded)].map((name) =>
      fault(stage.prometheus[form], dashboard!, { expr: `count(${name})`, instant: true }),
    );
    return (await Promise.all(faults)).filter((one) => one !== undefined);
  };
  // The series about remembered tools appear only after the process was restarted; no panel waits for them.
  await expect.poll(missing).toEqual([]);
});

it.each(FORMS)('has no failing rule, with %s histograms', async (form) => {
  const response = await fetch(`${stage.prometheus[form]}/api/v1/rules`);
  const { data } = (await response.json()) as {
    data: { groups: { rules: { name: string; lastError?: string }[] }[] };
  };
  const failed = data.groups.flatMap(({ rules }) => rules).filter(({ lastError }) => lastError);
  expect(failed.map(({ name, lastError }) => `${name}: ${lastError}`)).toEqual([]);
});

describe('every alert could fire', () => {
  it.each(FORMS)('since a program shows what it selects, with %s histograms', async (form) => {
    let found: readonly Source[] = [];
    const missing = async () => {
      found = await sources(stage.prometheus[form], form);
      return found.filter(({ programs }) => programs.length === 0);
    };
    await expect.poll(missing).toEqual([]);
    // `vitest -u` writes it anew.
    if (form === 'classic') await expect(tableOf(found)).toMatchFileSnapshot('alert-sources.txt');
  });
});

it('has lost no program so far', () => {
  expect(stage.deaths).toEqual([]);
});

/** Returns the variables that query Prometheus, without `cluster`: no cluster runs on this machine. */
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
