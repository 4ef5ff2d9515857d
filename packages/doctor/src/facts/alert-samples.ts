import type { Context, Fact } from '../context.js';
import { atLeast, exactly, type Labels, type ValueOf } from './alert-matchers.js';
import { readableConfig } from './prometheus-state.js';
import { type RelabelRule, relabeled, UnknownRule } from './relabel.js';

/** Examples of alerts that must wake somebody, with the labels that the rules give them. */
export const CRITICAL: readonly Labels[] = [
  'PmcpAllTargetsDown',
  'PmcpAvailabilityBurnFast',
  'PmcpNoneReady',
  'PmcpBackupTooOld',
].map((alertname) => ({ alertname, severity: 'critical', job: 'pmcp', namespace: 'default' }));
export const WATCHDOG: Labels = { alertname: 'Watchdog', severity: 'info' };

/** An alert as it arrives at Alertmanager. */
export interface AlertSample {
  readonly name: string;
  /** The alert if it has no labels that are unknown here. */
  readonly alert: ValueOf;
  /** The alert with only the labels that are certain. */
  readonly sure: ValueOf;
}

export const criticalAlerts: Fact<readonly AlertSample[]> = (context) => sent(context, CRITICAL);

export const watchdogAlerts: Fact<readonly AlertSample[]> = (context) => sent(context, [WATCHDOG]);

/** Returns the samples that Prometheus does not drop, with the labels that it adds. */
async function sent(context: Context, samples: readonly Labels[]): Promise<AlertSample[]> {
  const config = await context.get(readableConfig);
  const external = config.global?.external_labels ?? {};
  const { alert_relabel_configs = [], alertmanagers = [] } = config.alerting ?? {};
  const steps = [
    ...alert_relabel_configs,
    ...alertmanagers.flatMap((one) => one.alert_relabel_configs ?? []),
  ];
  // It is unknown which of several Alertmanagers the doctor looks at.
  const isSame = alertmanagers.length < 2 || steps.length === alert_relabel_configs.length;
  return samples.flatMap((labels) => {
    const name = labels.alertname!;
    const whole = { ...external, ...labels };
    const comes = isSame ? sentAs(whole, steps) : 'unknown';
    if (comes === 'unknown') return [{ name, alert: exactly(whole), sure: atLeast({}) }];
    return comes
      ? [{ name, alert: exactly(comes), sure: atLeast(sureOf(comes, external, steps), ['job']) }]
      : [];
  });
}

/** Returns an alert's labels after all steps: undefined if a step drops it, `unknown` if a step can't be applied here. */
function sentAs(alert: Labels, steps: readonly RelabelRule[]): Labels | undefined | 'unknown' {
  try {
    return steps.reduce<Labels | undefined>((labels, step) => labels && relabeled(step, labels), alert);
  } catch (error) {
    if (error instanceof UnknownRule) return 'unknown';
    throw error;
  }
}

/** Leaves out what differs between servers: the namespace, and labels that are made from it. */
function sureOf(labels: Labels, external: Labels, steps: readonly RelabelRule[]): Labels {
  const sure = new Set(['alertname', 'severity', 'job', ...Object.keys(external)]);
  sure.delete('namespace');
  for (const { action = 'replace', source_labels = [], target_label = '' } of steps)
    if (/^(?:keep|drop)/i.test(action)) continue;
    else if (source_labels.every((name) => sure.has(name))) sure.add(target_label);
    else sure.delete(target_label);
  return Object.fromEntries(Object.entries(labels).filter(([name]) => sure.has(name)));
}
