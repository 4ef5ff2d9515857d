import type { Context, Fact } from '../context.js';
import { ownTarget } from './own-target.js';
import { query } from './prometheus.js';

type Labels = Readonly<Record<string, string>>;

/** They tell of runs before: what was found then would be found again because of them, and be worse than a day ago. */
const OF_THE_DOCTOR = /^PmcpDoctor/;

/** The labels of our alerts that fire, without those that only inform; with a server named, those about it or all. */
export const firingAlerts: Fact<readonly Labels[]> = async (context: Context) => {
  const [firing, own] = await Promise.all([
    query(context, 'ALERTS{alertname=~"Pmcp.+", alertstate="firing", severity!="info"}'),
    // Without a page of the server nobody knows which target it is.
    context.settings.url ? context.get(ownTarget).catch(() => undefined) : undefined,
  ]);
  return firing
    .map(({ labels }) => labels)
    .filter(({ alertname = '' }) => !OF_THE_DOCTOR.test(alertname))
    .filter((labels) => !own || isAbout(labels, own.labels));
};

/** What an alert does not say, it says of all. */
function isAbout(alert: Labels, target: Labels): boolean {
  return ['job', 'instance'].every((name) => (alert[name] ?? target[name]) === target[name]);
}
