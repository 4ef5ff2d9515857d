import { jobCatalog } from '@pmcp/observability/catalog';
import { settings } from '../alerts/options.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import { max, min, select, time } from '../prometheus/promql.js';
import { BAD } from './colours.js';
import { NOT_WATCHED } from './external.js';
import { stat } from './panels/stat.js';
import { table } from './panels/table.js';
import { chosen, now } from './query.js';

/** Selects the jobs that are backups, as the alerts do. */
const BACKUPS = chosen(settings().selectors.backups);
/** Selects the jobs that restore backups, as the alerts do. */
const DRILLS = chosen(settings().selectors.drills);

export function backupAge() {
  return stat({
    title: 'Oldest backup',
    description:
      'The age of the oldest backup among the last good ones. If it is older than a day, you would lose more than a day of data.',
    unit: 'dtdurations',
    decimals: 1,
    queries: [now(time().minus(min(jobCatalog.lastSuccess, { where: BACKUPS })), 'age')],
    steps: [[DEFAULT_THRESHOLDS.backupAgeSeconds, BAD]],
    noValue: NOT_WATCHED,
  });
}

export function backups() {
  return jobs({
    title: 'Backups, oldest first',
    description:
      'For each backup: the time since its last success, its duration, and its last exit code (0 is success, 128 and more is a signal). If a backup suddenly gets much faster, it may hold only a part of the data: try to restore it.',
    head: 'Backup',
    where: BACKUPS,
    maxAge: DEFAULT_THRESHOLDS.backupAgeSeconds,
    noValue: 'No backup has run',
  });
}

export function drills() {
  return jobs({
    title: 'Restore drills, oldest first',
    description:
      'For each job that restores a backup: the time since its last success, its duration, and its last exit code. If none has succeeded for a month, nobody knows whether the backups can be restored. The duration tells how long a real restore may take.',
    head: 'Drill',
    where: DRILLS,
    maxAge: DEFAULT_THRESHOLDS.restoreAgeSeconds,
    noValue: 'No backup was restored',
  });
}

interface Jobs {
  readonly title: string;
  readonly description: string;
  readonly head: string;
  readonly where: typeof BACKUPS;
  readonly maxAge: number;
  readonly noValue: string;
}

function jobs({ title, description, head, where, maxAge, noValue }: Jobs) {
  const of = { where };
  return table({
    title,
    description,
    rows: { job_name: head },
    columns: [
      {
        query: now(time().minus(max(jobCatalog.lastSuccess, { ...of, by: ['job_name'] })), 'Succeeded'),
        unit: 'dtdurations',
        decimals: 1,
        steps: [[maxAge, BAD]],
      },
      { query: now(max(jobCatalog.lastDuration, { ...of, by: ['job_name'] }), 'Took'), unit: 'dtdurations' },
      {
        query: now(max(select(jobCatalog.lastExitCode, of), { by: ['job_name'] }), 'Exit code'),
        unit: 'none',
        decimals: 0,
        steps: [[1, BAD]],
      },
    ],
    width: 160,
    noValue,
  });
}
