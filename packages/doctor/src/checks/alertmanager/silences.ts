import type { Context } from '../../context.js';
import type { Labels } from '../../facts/alert-matchers.js';
import { CRITICAL } from '../../facts/alert-samples.js';
import { type Silence, type SilenceMatcher, silences } from '../../facts/alertmanager.js';
import { spoken } from '../../facts/duration.js';
import { wholly } from '../../facts/go-pattern.js';
import { targets } from '../../facts/prometheus.js';
import { endOf, silenceTold } from '../../facts/silence-told.js';
import { alertmanagerCheck } from './define.js';

const DAY_MS = 86_400_000;
/** Days: longer than any work that needs a silence. */
const LONGEST_DAYS = 30;

const CURE =
  'Expire it (`amtool silence expire ID --alertmanager.url=ALERTMANAGER`) and set one that names the alert and ends when the work does.';

export const silencesAreNarrow = alertmanagerCheck({
  code: 'PMCP-D210',
  title: 'No silence covers every critical alert of the servers.',
  why: 'While it lasts, nothing can wake anybody.',
  cure: CURE,
  severity: 'fail',
  async run(context) {
    const [all, jobs] = await Promise.all([context.get(silences), jobsOf(context)]);
    return all
      .filter((silence) => coversAll(silence, jobs))
      .map((silence) => ({
        found: `silence ${silenceTold(silence)} covers every critical alert until ${endOf(silence)}`,
      }));
  },
});

export const silencesEnd = alertmanagerCheck({
  code: 'PMCP-D211',
  title: 'Silences end soon.',
  why: 'Nobody remembers a silence of years; the alert that it hides comes back with another cause.',
  cure: CURE,
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D210'],
  async run(context) {
    return (await context.get(silences))
      .filter(({ endsAt }) => Date.parse(endsAt) - Date.now() > LONGEST_DAYS * DAY_MS)
      .map((silence) => ({
        found: `silence ${silenceTold(silence)} ends in ${spoken((Date.parse(silence.endsAt) - Date.now()) / 1_000)}`,
      }));
  },
});

/** The jobs of the servers that Prometheus scrapes, or one where that is not known. */
async function jobsOf(context: Context): Promise<readonly string[]> {
  const known = context.settings.prometheus ? await context.get(targets).catch(() => []) : [];
  const jobs = known.flatMap(({ labels: { job = '' } }) => (job.startsWith('pmcp') ? [job] : []));
  return jobs.length > 0 ? jobs : ['pmcp'];
}

/** Tells whether a silence fits each critical alert of each server, in whatever namespace. */
function coversAll({ matchers }: Silence, jobs: readonly string[]): boolean {
  const alerts = CRITICAL.flatMap((alert) => jobs.map((job): Labels => ({ ...alert, job, namespace: '' })));
  const narrow = matchers.filter((matcher) => !isAny(matcher));
  return alerts.every((alert) => narrow.every((matcher) => fits(matcher, alert)));
}

function isAny({ value, isRegex, isEqual = true }: SilenceMatcher): boolean {
  return isEqual && isRegex && /^\(?\.[*+]\)?$/.test(value);
}

function fits({ name, value, isRegex, isEqual = true }: SilenceMatcher, alert: Labels): boolean {
  const has = alert[name] ?? '';
  const same = isRegex ? (wholly(value)?.test(has) ?? !isEqual) : has === value;
  return same === isEqual;
}
