import { avg, type Expression, type HistogramForm, matches, max, notMatches } from '../prometheus/promql.js';

/** One query of a panel, in the language of its data source. */
export interface Query {
  readonly text: Expression | string;
  /** Names each series: `{{name}}` is the value of a label. */
  readonly legend: string;
  /** Prometheus unless said otherwise. */
  readonly source?: 'loki' | 'tempo';
  /** Shows the exemplars of a histogram as points that lead to traces. */
  readonly exemplar?: boolean;
  /** Only the values of now, for a table or a list. */
  readonly instant?: boolean;
}

export function query(text: Expression | string, legend: string, more: Partial<Query> = {}): Query {
  return { text, legend, ...more };
}

/** As it is written for a Prometheus that has histograms in a form. */
export function textIn({ text }: Query, form: HistogramForm): string {
  return typeof text === 'string' ? text : text.in(form);
}

/** The value of now, as one row for each series. */
export function now(text: Expression | string, legend: string): Query {
  return query(text, legend, { instant: true });
}

/**
 * The exemplars of a histogram, beside queries of what was recorded of it. It comes first: Grafana leaves out those of a query after another
 * of the same metric.
 */
export function exemplars(text: Expression): Query {
  return query(text, 'exemplars', { instant: true, exemplar: true });
}

/**
 * Of many instances or pods the one that has most, and all of them on average: two lines, however many there are. The
 * highest is drawn last, so that it is the one that is seen where both are the same.
 */
export function spread<Label extends string>(of: Expression<Label>): Query[] {
  return [query(avg(of), 'average'), query(max(of), 'highest')];
}

const CHOSEN_PLACE = { cluster: matches('$cluster'), namespace: matches('$namespace') };
const CHOSEN_JOBS = { ...CHOSEN_PLACE, job: matches('$job') };
const CHOSEN = { ...CHOSEN_JOBS, instance: matches('$instance') };

/** What the variables of the dashboard choose, and what else a series must be. */
export function chosen<const W extends object = object>(where?: W): typeof CHOSEN & W {
  return { ...CHOSEN, ...(where as W) };
}

/** As `chosen`, for series that rules recorded of all instances together. */
export function recordedFor<const W extends object = object>(where?: W): typeof CHOSEN_JOBS & W {
  return { ...CHOSEN_JOBS, ...(where as W) };
}

/**
 * Conditions on a label that no value of the variable can be like: what stands for all matches it, and what is chosen does not. So a query reads
 * what rules recorded of all while all are chosen, and every series only of what is chosen: of all that takes minutes.
 */
export const whileAll = (variable: 'tool' | 'instance') => matches(`$${variable}`);
export const unlessAll = (variable: 'tool' | 'instance') => notMatches(`$${variable}`);

/**
 * The alerts of ours that concern what is chosen, and those without such a label: of targets that are gone, or of what
 * watches.
 */
export function alertsFor<const W extends object = object>(where: W) {
  const chosenOrNone = Object.fromEntries(
    Object.keys(CHOSEN_JOBS).map((label) => [label, matches(`$${label}|`)]),
  ) as typeof CHOSEN_JOBS;
  return { ...chosenOrNone, alertname: matches('Pmcp.*'), ...where };
}

/** Counters over the window that Grafana derives from the scrape interval and the width of the panel. */
export const RATE = { window: '$__rate_interval' } as const;
