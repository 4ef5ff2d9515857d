import { catalog } from '@pmcp/observability/catalog';
import { recorded } from '../alerts/slo/recording.js';
import { budget, type Slo } from '../alerts/slo/slo.js';
import { BURNS, factor } from '../alerts/slo/windows.js';
import { SLOS } from '../alerts/slos.js';
import { type Expression, increase, matches, max, min, select, topk } from '../prometheus/promql.js';
import { BAD, SLO_COLOURS, WARN, WINDOW_COLOURS } from './colours.js';
import type { Definition } from './dashboard.js';
import { line, section, shared } from './layout.js';
import { linkTo } from './links.js';
import { stat } from './panels/stat.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, recordedFor } from './query.js';
import { NOT_YET_KNOWN } from './rankings.js';
import { burnRate, kept, knownBudget, lasts, promised } from './recorded.js';
import { BUDGET_STEPS, BURN_STEPS } from './steps.js';

const DAY = '1d';

export function slos(): Definition {
  return {
    uid: 'pmcp-slos',
    description: 'Do the servers keep their promises, and for how much longer?',
    from: 'now-24h',
    sections: [
      section(
        'Error budgets of 30 days',
        line(3, ...SLOS.map(left)),
        shared(7, [7, courses()], [17, promises()]),
      ),
      section('Burn rates', line(8, ...SLOS.map(burning))),
      section('Who spends them', shared(8, [24, worstTools()])),
    ],
  };
}

function left(slo: Slo) {
  return stat({
    title: `${slo.name}: budget left`,
    description: `A request is bad when it ${slo.bad}; ${percent(budget(slo))} of them may be. The panel shows what is left of that, at the worst server. It is unknown until the server was watched for a day and had enough requests. Below 0: stop risky changes.`,
    unit: 'percentunit',
    decimals: 1,
    queries: [now(min(knownBudget({ slo: slo.name })), 'left')],
    steps: BUDGET_STEPS,
    noValue: NOT_YET_KNOWN,
  });
}

function burning(slo: Slo) {
  const worst = (window: string): Expression<never> =>
    max(select(recorded.errorRatio(window), { where: recordedFor({ slo: slo.name }) })).dividedBy(
      budget(slo),
    );
  const limits = BURNS.map((burn) => factor(burn, slo)).sort((a, b) => a - b);
  return timeseries({
    title: `${slo.name}: burn rate`,
    description: `How many times too fast the budget burns, by window, at the worst server. An alert fires when a pair of windows is above its limit: ${limits.join(', ')}.`,
    unit: 'none',
    decimals: 1,
    wide: 'from 0',
    queries: Object.keys(WINDOW_COLOURS).map((window) => query(worst(window), window)),
    colours: WINDOW_COLOURS,
    steps: limits.map((limit) => [limit, limit > 3 ? BAD : WARN] as const),
    noValue: NOT_YET_KNOWN,
  });
}

function courses() {
  return timeseries({
    title: 'Budget left over time',
    description:
      'The budgets of the worst servers over time. A sudden drop is an incident. A slope that reaches 0 means that the promise cannot be kept.',
    unit: 'percentunit',
    min: Number.NEGATIVE_INFINITY,
    queries: SLOS.map(({ name }) => query(min(knownBudget({ slo: name })), name)),
    colours: SLO_COLOURS,
    noValue: NOT_YET_KNOWN,
  });
}

function promises() {
  return table({
    title: 'Promises by server, fastest burning first',
    description:
      'How many times too fast each budget burns, what is promised, what was kept of the promise in 30 days, and what is left of the budget. It is not known before a server was monitored for a day and had enough requests. Above 1 the budget does not last for the month. The column Lasts says how long it lasts if the burn rate stays as in the last hour.',
    rows: { job: 'Server', slo: 'Promise' },
    columns: [
      ...(['1h', '6h'] as const).map((window) => ({
        query: now(max(burnRate(window), { by: ['job', 'slo'] }), `Burns, ${window}`),
        unit: 'none' as const,
        decimals: 1,
        steps: BURN_STEPS,
      })),
      { query: now(min(lasts(), { by: ['job', 'slo'] }), 'Lasts'), unit: 's', decimals: 1 },
      {
        query: now(min(knownBudget(), { by: ['job', 'slo'] }), 'Left'),
        unit: 'percentunit',
        decimals: 0,
        steps: BUDGET_STEPS,
        noValue: NOT_YET_KNOWN,
      },
      { query: now(min(kept(), { by: ['job', 'slo'] }), 'Kept'), unit: 'percentunit', decimals: 2 },
      { query: now(max(promised(), { by: ['job', 'slo'] }), 'Promised'), unit: 'percentunit' },
    ],
    width: 92,
    noValue: NOT_YET_KNOWN,
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
      'The tools that spent most of the budgets in the last 24 hours. Start with the first one: click it to see what goes wrong.',
    rows: { job: 'Server', name: 'Tool' },
    columns: [{ query: now(topk(10, bad('tool_error|server_error')), 'Bad calls'), unit: 'locale' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Tool: linkTo('pmcp-tools', '&var-tool=${__value.raw}') },
    noValue: 'No call failed',
  });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
