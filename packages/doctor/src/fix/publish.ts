import { type DoctorSettings, publisher, shippedDashboards, UsageError } from '@pmcp/observability/internal';
import type { Publish } from '../check.js';
import { tokenOf } from '../facts/secrets.js';

/** Shows how dashboards in Grafana would change, and publishes them if that is allowed. */
export async function publishAgain(
  wanted: readonly Publish[],
  settings: DoctorSettings,
  isAllowed: boolean,
  write: (text: string) => void,
): Promise<void> {
  const uids = new Set(wanted.flatMap((one) => one.uids));
  if (uids.size === 0) return;
  const { publish, settings: resolve } = await publisher();
  const given = usable(() =>
    resolve(variables(wanted[0]?.folderUid, settings), isAllowed ? [] : ['--dry-run']),
  );
  await publish(
    shippedDashboards().filter(({ uid }) => uids.has(uid)),
    given,
    (line) => write(`${line}\n`),
  );
}

/** Returns the variables that publishing reads. The doctor's own settings replace those of the environment. */
function variables(folderUid: string | undefined, settings: DoctorSettings) {
  const token = tokenOf(settings, 'grafana');
  return {
    ...process.env,
    GRAFANA_URL: settings.grafana?.href,
    ...(token && { GRAFANA_TOKEN: token }),
    ...(settings.ca && { GRAFANA_CA_FILE: settings.ca }),
    // If no folder is given, the one that has the other dashboards.
    GRAFANA_FOLDER_UID: process.env.GRAFANA_FOLDER_UID || folderUid,
  };
}

function usable(settings: () => object | undefined): object {
  try {
    return settings()!;
  } catch (error) {
    throw new UsageError('PMCP_E_BAD_VALUE', (error as Error).message);
  }
}
