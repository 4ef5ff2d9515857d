import { unexpected } from '../prometheus/expected.js';
import { type Duration, matches, TARGET_LABELS, type TargetLabel, type Where } from '../prometheus/promql.js';
import type { Severity } from './rule.js';
import type { Slo } from './slo/slo.js';
import { SLOS } from './slos.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.js';

type Selector = Where<TargetLabel>;

/** What to watch of everything that a Prometheus scrapes; an empty one is all. */
interface Selectors {
  /** The targets that are PMCP servers. */
  readonly servers: Selector;
  /** The targets that export metrics of what the servers need. */
  readonly exporters: Selector;
  readonly postgres: Selector;
  readonly redis: Selector;
  readonly ingress: Selector;
  readonly disks: Where<TargetLabel | 'mountpoint' | 'device' | 'fstype'>;
  /** The jobs that make backups. */
  readonly backups: Where<TargetLabel | 'job_name'>;
}

/** Another severity, delay or label for one alert; `false` switches it off. */
type Change =
  | false
  | {
      readonly severity?: Severity;
      readonly for?: Duration;
      readonly labels?: Readonly<Record<string, string>>;
    };

export interface AlertOptions {
  /**
   * The labels that tell one server from another. By default also the name that Kubernetes recommends for pods, since
   * one scrape job finds the pods of all servers of a namespace.
   */
  readonly by?: readonly TargetLabel[];
  readonly thresholds?: Partial<Thresholds>;
  readonly selectors?: Partial<Selectors>;
  /** What each severity is called where the alerts go. */
  readonly severities?: Partial<Record<Severity, string>>;
  /** Labels that every alert gets, such as `team`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly change?: Readonly<Record<string, Change>>;
  readonly slos?: readonly Slo[];
  /** Where the pages of `alerts/runbooks` are served. */
  readonly runbookUrl?: string;
  /** Where dashboards are, by uid: `https://grafana.example.com/d`. */
  readonly dashboardUrl?: string;
  readonly scrapeInterval?: Duration;
  /** Multiplies every duration: 0.01 shows in a minute what takes more than an hour. */
  readonly scale?: number;
}

export type Settings = Required<Omit<AlertOptions, 'thresholds' | 'selectors' | 'severities'>> & {
  readonly thresholds: Thresholds;
  readonly selectors: Selectors;
  readonly severities: Readonly<Record<Severity, string>>;
};

/** What tells one server from another unless something else is asked for. */
export const SERVER_LABELS = ['cluster', 'namespace', 'app_kubernetes_io_name', 'job'] as const;

export const SEVERITIES = { critical: 'critical', warning: 'warning', info: 'info' } as const;

const SELECTORS: Selectors = {
  servers: { job: matches('pmcp.*') },
  exporters: { job: ['kube-state-metrics', 'cadvisor', 'redis', 'postgres', 'ingress-nginx', 'node'] },
  postgres: {},
  redis: {},
  ingress: {},
  disks: {},
  backups: { job_name: matches('.*backup.*') },
};

/** Labels of what a selector selects, beside those of every target. */
const MORE_LABELS: Readonly<Record<string, readonly string[]>> = {
  disks: ['mountpoint', 'device', 'fstype'],
  backups: ['job_name'],
};

const DEFAULTS = {
  by: SERVER_LABELS,
  labels: {},
  change: {},
  slos: SLOS,
  runbookUrl: 'https://runbooks.example.com/pmcp',
  dashboardUrl: 'https://grafana.example.com/d',
  scrapeInterval: '30s',
  scale: 1,
  thresholds: DEFAULT_THRESHOLDS,
  selectors: SELECTORS,
  severities: SEVERITIES,
} satisfies Settings;

/** Fills in what is not given. */
export function settings(options: AlertOptions = {}): Settings {
  checkNames('alerts', options, DEFAULTS);
  const { thresholds = {}, selectors = {}, severities = {}, ...others } = options;
  checkNames('thresholds', thresholds, DEFAULT_THRESHOLDS);
  checkNames('selectors', selectors, SELECTORS);
  checkNames('severities', severities, DEFAULTS.severities);
  for (const [name, value] of Object.entries(thresholds)) {
    if (!Number.isFinite(value)) throw unexpected(`thresholds.${name}`, 'a finite number', value);
  }
  checkLabels('by', others.by ?? [], TARGET_LABELS);
  for (const [name, selector] of Object.entries(selectors)) {
    checkLabels(`selectors.${name}`, Object.keys(selector), [...TARGET_LABELS, ...(MORE_LABELS[name] ?? [])]);
  }
  if (!((others.scale ?? 1) > 0)) throw unexpected('scale', 'a number above 0', others.scale);
  return {
    ...DEFAULTS,
    ...others,
    thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
    selectors: { ...SELECTORS, ...selectors },
    severities: { ...DEFAULTS.severities, ...severities },
  };
}

/** @throws TypeError that names the label which no series has */
export function checkLabels(option: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((label) => !known.includes(label));
  if (unknown !== undefined) throw unexpected(option, `labels among ${known.join(', ')}`, unknown);
}

/** Options may come from a file, where no compiler sees a name that is misspelt. */
export function checkNames(option: string, given: object, known: object): void {
  const unknown = Object.keys(given).find((name) => !(name in known));
  if (unknown !== undefined) throw unexpected(option, `any of ${Object.keys(known).join(', ')}`, unknown);
}
