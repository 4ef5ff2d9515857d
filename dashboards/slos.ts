import { catalog } from '@pmcp/observability/catalog';
import { recorded } from '../alerts/slo/recording.js';
import { budget, type Slo } from '../alerts/slo/slo.js';
import { BURNS, factor } from '../alerts/slo/windows.js';
import { SLOS } from '../alerts/slos.js';
import { type Expression, increase, matches, max, min, select, topk } from '../prometheus/promql.js';
import { BAD, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { line, section } from './layout.js';
import { linkTo } from './links.js';
import { stat } from './panels/stat.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, recordedFor } from './query.js';
import { budgetRemaining } from './recorded.js';
import { SERVERS } from './targets.js';

const DAY = '1d';

export function slos(): Dashboard {
  return dashboard({
    uid: 'pmcp-slos',
    description: 'Do the servers keep their promises, and for how much longer?',
    targets: SERVERS,
    from: 'now-24h',
    sections: [
      section('Error budgets of 30 days', line(5, ...SLOS.map(left))),
      section('Burn rates', line(8, ...SLOS.map(burning)), line(8, courses(), worstTools())),
    ],
  });
}

function left(slo: Slo) {
  return stat({
    title: `${slo.name}: budget left`,
    description: `A request is bad when it ${slo.bad}; ${percent(budget(slo))} of them may be. What is left of that, at the worst server. Below 0: stop risky changes.`,
    unit: 'percentunit',
    decimals: 1,
    queries: [now(min(select(recorded.budgetRemaining('30d'), ofSlo(slo))), 'left')],
    steps: [
      [Number.NEGATIVE_INFINITY, BAD],
      [0.1, WARN],
      [0.5, 'green'],
    ],
  });
}

function burning(slo: Slo) {
  const windows = [...new Set(BURNS.flatMap(({ short, long }) => [short, long]))];
  const worst = (window: string): Expression<never> =>
    max(select(recorded.errorRatio(window), ofSlo(slo))).dividedBy(budget(slo));
  const limits = BURNS.map((burn) => factor(burn, slo)).sort((a, b) => a - b);
  return timeseries({
    title: `${slo.name}: burn rate`,
    description: `How many times too fast the budget burns, by window, at the worst server. An alert fires when a pair of windows is above its line: ${limits.join(', ')}.`,
    unit: 'none',
    decimals: 1,
    queries: windows.map((window) => query(worst(window), window)),
    steps: limits.map((limit) => [limit, limit > 3 ? BAD : WARN] as const),
  });
}

function courses() {
  return timeseries({
    title: 'Budget left over time',
    description:
      'How the budgets went. A cliff is an incident; a slope that does not end at the top right is a promise that can not be kept.',
    unit: 'percentunit',
    min: Number.NEGATIVE_INFINITY,
    queries: [query(min(budgetRemaining(), { by: ['slo', 'job'] }), '{{job}} {{slo}}')],
  });
}

function worstTools() {
  const bad = (outcome: string) =>
    increase(catalog.requests, {
      by: ['job', 'name'],
      where: chosen({ method: 'tools/call', outcome: matches(outcome) }),
      window: DAY,
    });
  return table({
    title: 'Worst tools of the day',
    description:
      'The tools that spent most of the budgets in the last 24 hours. Mend the first of them first; click it to see what goes wrong.',
    rows: { job: 'Job', name: 'Tool' },
    columns: [
      { query: now(topk(10, bad('tool_error|server_error')), 'Bad calls'), unit: 'short', decimals: 0 },
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Tool: linkTo('pmcp-tools', '&var-tool=${__value.raw}') },
  });
}

function ofSlo({ name }: Slo) {
  return { where: recordedFor({ slo: name }) };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
