import type { Duration, Expression } from '../prometheus/promql.js';
import { scaled } from './duration.js';
import type { Settings } from './options.js';
import type { AlertRule, Severity } from './rule.js';
import { label, path } from './template.js';

type Dashboard =
  | 'overview'
  | 'tools'
  | 'connections'
  | 'slos'
  | 'nodejs'
  | 'kubernetes'
  | 'dependencies'
  | 'watchers';

/** Dashboards whose panels are about one chosen job. */
const OF_A_JOB: readonly Dashboard[] = ['overview', 'tools', 'connections', 'slos', 'nodejs'];

interface Definition<Label extends string> {
  readonly name: string;
  readonly severity: Severity;
  readonly expr: Expression<Label>;
  /** How long the condition must hold before the alert fires; it fires at once if not given. */
  readonly for?: Duration;
  /** What is wrong. The text is the same for all series. */
  readonly summary: string;
  /** What is affected, how much, and what users notice. May contain the labels of the expression. */
  readonly description: string | ((labels: Readonly<Record<Label, string>>) => string);
  readonly dashboard: Dashboard;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the definitions of rules need. */
export interface Context extends Settings {
  /** The server that an alert is about, as a part of texts. */
  readonly server: string;
  /** Multiplies a duration by the option `scale`. */
  time(duration: Duration): Duration;
  alert<Label extends string>(definition: Definition<Label>): AlertRule;
}

export function context(settings: Settings): Context {
  const time = (duration: Duration): Duration => scaled(duration, settings.scale);
  const [runbooks, dashboards] = [settings.runbookUrl, settings.dashboardUrl].map(withoutSlash);
  // Without the label `job`, the link cannot choose a job.
  const variables = settings.by.includes('job') ? ofJob : () => '';
  const links = (name: string, dashboard: Dashboard) => ({
    runbook_url: `${runbooks}/${name}.md`,
    dashboard_url: `${dashboards}/pmcp-${dashboard}${variables(dashboard)}`,
  });
  return {
    ...settings,
    server: path(settings.by),
    time,
    alert: ({ name, severity, expr, summary, description, dashboard, labels, ...delay }) => ({
      alert: name,
      expr: expr.in(settings.histograms),
      ...(delay.for && { for: time(delay.for) }),
      labels: { severity: settings.severities[severity], ...settings.labels, ...labels },
      annotations: {
        summary,
        description: typeof description === 'string' ? description : description(LABELS),
        ...links(name, dashboard),
      },
    }),
  };
}

/** Has a template for every name. The types restrict it to labels that exist. */
const LABELS = new Proxy({} as Readonly<Record<string, string>>, { get: (_, name) => label(String(name)) });

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function ofJob(dashboard: Dashboard): string {
  return OF_A_JOB.includes(dashboard) ? '?var-job={{ $labels.job | urlquery }}' : '';
}
