import { avg, type Expression, type HistogramForm, matches, max, notMatches } from '../prometheus/promql.js';

/** One query of a panel, in the language of its data source. */
export interface Query {
  readonly text: Expression | string;
  /** Names each series: `{{name}}` is the value of a label. */
  readonly legend: string;
  /** The data source; Prometheus if not given. */
  readonly source?: 'loki' | 'tempo';
  /** Shows the exemplars of a histogram as points that lead to traces. */
  readonly exemplar?: boolean;
  /** Only current values, for a table or a list. */
  readonly instant?: boolean;
}

export function query(text: Expression | string, legend: string, more: Partial<Query> = {}): Query {
  return { text, legend, ...more };
}

/** Returns the text of a query for a form of histograms. */
export function textIn({ text }: Query, form: HistogramForm): string {
  return typeof text === 'string' ? text : text.in(form);
}

/** Queries current values, with one row for each series. */
export function now(text: Expression | string, legend: string): Query {
  return query(text, legend, { instant: true });
}

/**
 * Queries the exemplars of a histogram, for a panel that reads its recorded series. This query must come
 * first: Grafana leaves out exemplars of a query after another one of the same metric.
 */
export function exemplars(text: Expression): Query {
  return query(text, 'exemplars', { instant: true, exemplar: true });
}

/**
 * Queries the average and the highest of many instances or pods: two lines, no matter how many there are. The
 * highest is drawn last, so it is the one that is seen where both are the same.
 */
export function spread<Label extends string>(of: Expression<Label>): Query[] {
  return [query(avg(of), 'average'), query(max(of), 'highest')];
}

const CHOSEN_PLACE = { cluster: matches('$cluster'), namespace: matches('$namespace') };
const CHOSEN_JOBS = { ...CHOSEN_PLACE, job: matches('$job') };
const CHOSEN = { ...CHOSEN_JOBS, instance: matches('$instance') };

/** Selects what the variables of the dashboard choose, with further conditions. */
export function chosen<const W extends object = object>(where?: W): typeof CHOSEN & W {
  return { ...CHOSEN, ...(where as W) };
}

/** Like `chosen`, for series that rules recorded over all instances together. */
export function recordedFor<const W extends object = object>(where?: W): typeof CHOSEN_JOBS & W {
  return { ...CHOSEN_JOBS, ...(where as W) };
}

/**
 * Conditions that depend only on what a variable chooses. They apply to a label whose values look like no
 * value of the variable: the pattern for all values matches them, a chosen value does not. While all are
 * chosen, a query reads recorded series. Otherwise it reads every series, but only of what is chosen, since
 * reading those of all takes minutes.
 */
export const whileAll = (variable: 'tool' | 'instance') => matches(`$${variable}`);
export const unlessAll = (variable: 'tool' | 'instance') => notMatches(`$${variable}`);

/**
 * Selects our alerts about what is chosen. Alerts without these labels are included: they are about missing
 * targets or the monitoring itself.
 */
export function alertsFor<const W extends object = object>(where: W) {
  const chosenOrNone = Object.fromEntries(
    Object.keys(CHOSEN_JOBS).map((label) => [label, matches(`$${label}|`)]),
  ) as typeof CHOSEN_JOBS;
  return { ...chosenOrNone, alertname: matches('Pmcp.*'), ...where };
}

/** The window for counters, which Grafana derives from the scrape interval and the width of the panel. */
export const RATE = { window: '$__rate_interval' } as const;
