import { unexpected } from '../prometheus/expected.js';
import {
  type Duration,
  HISTOGRAM_FORMS,
  type HistogramForm,
  matches,
  TARGET_LABELS,
  type TargetLabel,
  type Where,
} from '../prometheus/promql.js';
import { SCRAPE_INTERVAL } from '../prometheus/scrape/options.js';
import {
  checkDuration,
  checkLabels,
  checkNames,
  checkObject,
  checkOneOf,
  checkOwnLabels,
  checkScale,
  checkText,
} from './check-options.js';
import type { Severity } from './rule.js';
import type { Slo } from './slo/slo.js';
import { SLOS } from './slos.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.js';

type Selector = Where<TargetLabel>;

/** Which of the series of a Prometheus to watch. An empty selector selects all. */
interface Selectors {
  /** The targets that are PMCP servers. */
  readonly servers: Selector;
  /** The targets that export metrics of what the servers need. */
  readonly exporters: Selector;
  readonly postgres: Selector;
  readonly redis: Selector;
  /** The gateways and ingress controllers in front of the servers. */
  readonly ingress: Selector;
  readonly disks: Where<TargetLabel | 'mountpoint' | 'device' | 'fstype'>;
  /** The jobs that make backups. */
  readonly backups: Where<TargetLabel | 'job_name'>;
  /** The jobs that restore backups to show that they can be restored. */
  readonly drills: Where<TargetLabel | 'job_name'>;
}

/** Another severity, delay or label for one alert; `false` switches it off. */
type Change =
  | false
  | {
      readonly severity?: Severity;
      readonly for?: Duration;
      readonly labels?: Readonly<Record<string, string>>;
    };

const CHANGEABLE: readonly (keyof Exclude<Change, false>)[] = ['severity', 'for', 'labels'];

export interface AlertOptions {
  /**
   * The labels that distinguish servers. The defaults include the name that Kubernetes recommends for pods,
   * since one scrape job finds the pods of all servers of a namespace. They also include the service, which
   * comes from Docker Compose or a file of targets.
   */
  readonly by?: readonly TargetLabel[];
  readonly thresholds?: Partial<Thresholds>;
  readonly selectors?: Partial<Selectors>;
  /** The name of each severity in the system that receives the alerts. */
  readonly severities?: Partial<Record<Severity, string>>;
  /** Labels that every alert gets, such as `team`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly change?: Readonly<Record<string, Change>>;
  readonly slos?: readonly Slo[];
  /** The URL of the pages of `alerts/runbooks`; that in the repository if not given. */
  readonly runbookUrl?: string;
  /**
   * The URL before the uid of a dashboard: `https://grafana.example.com/d`. If not given, links lead to their
   * descriptions in the repository.
   */
  readonly dashboardUrl?: string;
  readonly scrapeInterval?: Duration;
  /**
   * The form of histograms in Prometheus: `native` once it stores no classic ones any more, `both` until
   * then.
   */
  readonly histograms?: HistogramForm;
  /** Multiplies every duration: 0.01 shows in a minute what takes more than an hour. */
  readonly scale?: number;
}

export type Settings = Required<Omit<AlertOptions, 'thresholds' | 'selectors' | 'severities'>> & {
  readonly thresholds: Thresholds;
  readonly selectors: Selectors;
  readonly severities: Readonly<Record<Severity, string>>;
};

/** The labels that distinguish servers by default. */
export const SERVER_LABELS = ['cluster', 'namespace', 'app_kubernetes_io_name', 'service', 'job'] as const;

export const SEVERITIES = { critical: 'critical', warning: 'warning', info: 'info' } as const;

const SELECTORS: Selectors = {
  servers: { job: matches('pmcp.*') },
  exporters: {
    job: [
      'kube-state-metrics',
      'cadvisor',
      'redis',
      'postgres',
      'ingress-nginx',
      'envoy-gateway',
      'istio',
      'nginx-gateway-fabric',
      'agentgateway',
      'node',
    ],
  },
  postgres: {},
  redis: {},
  ingress: {},
  disks: {},
  backups: { job_name: matches('.*backup.*') },
  drills: { job_name: matches('.*(restore|drill).*') },
};

/** The labels that a selector may use beside those of every target. */
const MORE_LABELS: Readonly<Record<string, readonly string[]>> = {
  disks: ['mountpoint', 'device', 'fstype'],
  backups: ['job_name'],
  drills: ['job_name'],
};

/** By default, links lead to pages in the repository, which exist. */
const REPOSITORY = 'https://github.com/pmcp/observability';

const DEFAULTS = {
  by: SERVER_LABELS,
  labels: {},
  change: {},
  slos: SLOS,
  runbookUrl: `${REPOSITORY}/blob/main/alerts/runbooks`,
  dashboardUrl: `${REPOSITORY}/tree/main/docs/dashboards`,
  scrapeInterval: SCRAPE_INTERVAL,
  histograms: 'classic',
  scale: 1,
  thresholds: DEFAULT_THRESHOLDS,
  selectors: SELECTORS,
  severities: SEVERITIES,
} satisfies Settings;

/**
 * Fills in the options that are not given.
 * @throws TypeError that names the option which is wrong
 */
export function settings(options: AlertOptions = {}): Settings {
  checkNames('alerts', options, Object.keys(DEFAULTS));
  const { thresholds = {}, selectors = {}, severities = {}, ...others } = options;
  checkThresholds(thresholds);
  checkSelectors(selectors);
  checkSeverities(severities);
  checkTexts(others);
  if (others.by) checkBy(others.by);
  if (others.change) checkChanges(others.change);
  checkScale(others.scale ?? 1);
  checkOneOf('histograms', others.histograms ?? DEFAULTS.histograms, HISTOGRAM_FORMS);
  return {
    ...DEFAULTS,
    ...others,
    thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
    selectors: { ...SELECTORS, ...selectors },
    severities: { ...DEFAULTS.severities, ...severities },
  };
}

/** @throws TypeError unless they are labels of targets, each listed once */
export function checkBy(by: readonly string[]): void {
  if (!Array.isArray(by)) throw unexpected('by', 'a list of labels', by);
  checkLabels('by', by, TARGET_LABELS);
  const again = by.find((label, index) => by.indexOf(label) !== index);
  if (again !== undefined) throw unexpected('by', 'labels that are listed once', again);
}

/** @throws TypeError unless they are names of known severities */
export function checkSeverities(severities: object): void {
  checkNames('severities', severities, Object.keys(SEVERITIES));
  for (const [name, value] of Object.entries(severities)) checkText(`severities.${name}`, value);
}

function checkThresholds(thresholds: object): void {
  checkNames('thresholds', thresholds, Object.keys(DEFAULT_THRESHOLDS));
  for (const [name, value] of Object.entries(thresholds)) {
    if (!Number.isFinite(value)) throw unexpected(`thresholds.${name}`, 'a finite number', value);
  }
}

function checkSelectors(selectors: object): void {
  checkNames('selectors', selectors, Object.keys(SELECTORS));
  for (const [name, selector] of Object.entries(selectors)) {
    checkObject(`selectors.${name}`, selector);
    checkLabels(`selectors.${name}`, Object.keys(selector), [...TARGET_LABELS, ...(MORE_LABELS[name] ?? [])]);
  }
}

function checkTexts({ labels = {}, runbookUrl = '', dashboardUrl = '' }: AlertOptions): void {
  checkOwnLabels('labels', labels);
  for (const [name, value] of Object.entries({ runbookUrl, dashboardUrl })) checkText(name, value);
}

/** Does not check that the alerts exist, which is only known once all are built. */
function checkChanges(changes: Readonly<Record<string, Change>>): void {
  checkObject('change', changes);
  for (const [alert, change] of Object.entries(changes)) {
    if (change === false) continue;
    const option = `change.${alert}`;
    checkNames(option, change, CHANGEABLE);
    if (change.severity !== undefined) {
      checkOneOf(`${option}.severity`, change.severity, Object.keys(SEVERITIES));
    }
    checkDuration(`${option}.for`, change.for);
    checkOwnLabels(`${option}.labels`, change.labels ?? {});
  }
}
