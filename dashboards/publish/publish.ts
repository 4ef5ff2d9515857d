import type { Dashboard } from '../dashboard.js';
import { differences } from './diff.js';
import { connect, ensureFolder, ours, type Store } from './grafana.js';
import type { Settings } from './settings.js';

type Result = 'created' | 'updated' | 'unchanged' | 'removed' | 'failed';

export type Summary = Readonly<Record<Result, readonly string[]>>;

/** Somebody may be editing; who saves all the time can't be waited for. */
const CONFLICT_ATTEMPTS = 3;

/** Brings the dashboards to Grafana. Each is written by one request, so that it is either old or new, never half. */
export async function publish(
  dashboards: readonly Dashboard[],
  settings: Settings,
  log: (line: string) => void,
): Promise<Summary> {
  const { folder, dryRun, prune } = settings;
  const { http, store } = await connect(settings);
  if (!dryRun) await ensureFolder(http, folder);
  const summary: Record<Result, string[]> = {
    created: [],
    updated: [],
    unchanged: [],
    removed: [],
    failed: [],
  };
  const step = async (uid: string, act: () => Promise<Result>) => {
    const result = await act().catch((error: Error) => {
      log(`  ${error.message}`);
      return 'failed' as const;
    });
    summary[result].push(uid);
    log(`${dryRun && result !== 'unchanged' ? 'would be ' : ''}${result}  ${uid}`);
  };
  for (const dashboard of dashboards) {
    await step(dashboard.uid, () => bring(dashboard, store, settings, log));
  }
  if (!prune) return summary;
  const wanted = new Set(dashboards.map(({ uid }) => uid));
  for (const uid of (await ours(http, folder)).filter((found) => !wanted.has(found))) {
    await step(uid, async () => {
      if (!dryRun) await store.remove(uid);
      return 'removed';
    });
  }
  return summary;
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
