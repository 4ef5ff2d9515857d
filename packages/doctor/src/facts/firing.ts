import type { Context, Fact } from '../context.js';
import { ownTarget } from './own-target.js';
import { query } from './prometheus.js';

type Labels = Readonly<Record<string, string>>;

/** Alerts about earlier runs of the doctor. If they were reported, each old finding would cause another one. */
const OF_THE_DOCTOR = /^PmcpDoctor/;

/** The labels of our firing alerts, without those of severity `info`. If a server is named, only those that can be about it. */
export const firingAlerts: Fact<readonly Labels[]> = async (context: Context) => {
  const [firing, own] = await Promise.all([
    query(context, 'ALERTS{alertname=~"Pmcp.+", alertstate="firing", severity!="info"}'),
    // Without a metrics page the server's target is unknown.
    context.settings.url ? context.get(ownTarget).catch(() => undefined) : undefined,
  ]);
  return firing
    .map(({ labels }) => labels)
    .filter(({ alertname = '' }) => !OF_THE_DOCTOR.test(alertname))
    .filter((labels) => !own || isAbout(labels, own.labels));
};

/** Tells whether an alert or a series is about the target. One without a job or an instance is about all of them. */
export function isAbout(labels: Labels, target: Labels): boolean {
  return ['job', 'instance'].every((name) => (labels[name] ?? target[name]) === target[name]);
}
