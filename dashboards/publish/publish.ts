import type { Dashboard } from '../dashboard.js';
import { differences } from './diff.js';
import { connect, ensureFolder, ours, type Store } from './grafana.js';
import type { Http } from './http.js';
import { Progress, type Result, type Summary } from './progress.js';
import type { Settings } from './settings.js';

/**
 * How often to try while somebody else changes the dashboard. There is no point in waiting for somebody who
 * saves all the time.
 */
const CONFLICT_ATTEMPTS = 3;

/**
 * Publishes the dashboards to Grafana. Each is written by one request, so it is never half old and half new.
 */
export async function publish(
  dashboards: readonly Dashboard[],
  settings: Settings,
  log: (line: string) => void,
): Promise<Summary> {
  const { http, store } = await connect(settings);
  if (!settings.dryRun) await ensureFolder(http, settings.folder);
  const progress = new Progress(settings.dryRun, log);
  for (const dashboard of dashboards) {
    await progress.step(dashboard.uid, () => bring(dashboard, store, settings, log));
  }
  if (settings.prune) await removeStale(dashboards, http, store, settings, progress);
  return progress.summary;
}

/**
 * Removes stale dashboards. If something failed it removes none: a stale one may be the old name of a
 * dashboard that does not exist yet.
 */
async function removeStale(
  dashboards: readonly Dashboard[],
  http: Http,
  store: Store,
  { folder, dryRun }: Settings,
  progress: Progress,
): Promise<void> {
  const failures = progress.summary.failed.length;
  if (failures > 0) progress.log(`nothing stale is removed, because ${failures} failed`);
  const found = await progress.attempt('search for stale dashboards', () => ours(http, folder));
  const wanted = new Set(dashboards.map(({ uid }) => uid));
  for (const uid of found?.filter((uid) => !wanted.has(uid)) ?? []) {
    await progress.step(uid, async () => {
      if (failures > 0) return 'kept';
      if (!dryRun) await store.remove(uid);
      return 'removed';
    });
  }
}

async function bring(
  dashboard: Dashboard,
  store: Store,
  { folder, dryRun }: Settings,
  log: (line: string) => void,
): Promise<Result> {
  for (let attempt = 1; attempt <= CONFLICT_ATTEMPTS; attempt++) {
    const stored = await store.read(dashboard.uid);
    const changes = stored && differences(stored.spec, dashboard);
    if (changes?.length === 0 && stored?.folderUid === folder.uid) return 'unchanged';
    if (dryRun) for (const change of changes ?? []) log(`  ${change}`);
    if (dryRun || (await store.write(dashboard.uid, dashboard, stored)))
      return stored ? 'updated' : 'created';
  }
  throw new Error(
    `${dashboard.uid}: somebody else changed it ${CONFLICT_ATTEMPTS} times while it was written`,
  );
}
