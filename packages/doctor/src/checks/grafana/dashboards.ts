import type { Finding } from '../../check.js';
import { queriesOf, signOfDashboard, signsOfPanels } from '../../facts/dashboard-sign.js';
import { isKnownSeries } from '../../facts/known-series.js';
import { seriesIn } from '../../facts/series.js';
import { SHIPPED_DASHBOARDS } from '../../facts/shipped-dashboards.js';
import {
  folderOfMost,
  type StoredDashboard,
  storedDashboards,
  taggedDashboards,
} from '../../facts/stored-dashboards.js';
import { some } from '../some.js';
import { grafanaCheck } from './define.js';

const PUBLISH =
  '`GRAFANA_URL=… GRAFANA_TOKEN=… npx pmcp-observability dashboards publish` writes them; with `--dry-run` it shows what it would change. `--fix diff` and `--fix write` do the same from here.';
const NEWER =
  'It is kept in the newer schema: write `dashboards-v2/*.json` of `npx pmcp-observability assets ./monitoring --force` anew, as you did before.';
const READ = 'GET of the dashboards: `dashboards:read`. `--fix write` needs the role Editor in their folder.';

export const dashboardsAreThere = grafanaCheck({
  code: 'PMCP-D253',
  title: 'All dashboards are in Grafana.',
  why: 'Links of alerts and of other dashboards lead to them: in an incident they end at a page that says "not found".',
  cure: PUBLISH,
  severity: 'fail',
  rights: READ,
  async run(context) {
    const there = new Set((await context.get(storedDashboards)).map(({ uid }) => uid));
    const all = Object.keys(SHIPPED_DASHBOARDS);
    const missing = all.filter((uid) => !there.has(uid));
    if (missing.length === 0) return [];
    const found =
      missing.length === all.length
        ? `Grafana has none of the ${all.length} dashboards`
        : `Grafana lacks ${missing.length} of the ${all.length} dashboards: ${some(missing)}`;
    return [{ found, publish: { uids: missing, folderUid: await context.get(folderOfMost) } }];
  },
});

export const dashboardsShareAFolder = grafanaCheck({
  code: 'PMCP-D254',
  title: 'All dashboards are in one folder.',
  why: 'A folder has the permissions: whoever may see one of them may see none of the others, and links lead to "access denied".',
  cure: 'Move it to the others, or publish again: `npx pmcp-observability dashboards publish` moves all to the folder of `GRAFANA_FOLDER_UID`.',
  severity: 'warn',
  rights: 'GET of `/api/search`.',
  async run(context) {
    const ours = (await context.get(taggedDashboards)).filter(({ uid }) => uid in SHIPPED_DASHBOARDS);
    const folders = new Map<string, string[]>();
    for (const { uid, folderTitle = 'no folder' } of ours)
      folders.set(folderTitle, [...(folders.get(folderTitle) ?? []), uid]);
    if (folders.size < 2) return [];
    const [[most = ''] = [], ...others] = [...folders].sort(([, a], [, b]) => b.length - a.length);
    return others.map(([folder, uids]) => ({
      found: `${some(uids)} ${uids.length === 1 ? 'is' : 'are'} in ${folder}, and the others in ${most}`,
    }));
  },
});

export const dashboardsAskForWhatIsThere = grafanaCheck({
  code: 'PMCP-D255',
  title: 'The dashboards ask for metrics of this version.',
  why: 'A dashboard of another version asks for names that nobody has any more: its panels are empty, and look as if nothing happened.',
  cure: PUBLISH,
  severity: 'fail',
  rights: READ,
  async run(context) {
    const folderUid = await context.get(folderOfMost);
    return (await context.get(storedDashboards)).flatMap((stored) => {
      const strange = strangeIn(stored);
      if (strange.length === 0) return [];
      return [
        {
          found: `${stored.uid} is of another version: it asks for ${some(strange)}, which this one does not have`,
          ...repairOf(stored, folderUid),
        },
      ];
    });
  },
});

export const dashboardsAreAsShipped = grafanaCheck({
  code: 'PMCP-D256',
  title: 'The dashboards are as they ship.',
  why: 'What somebody changed in place is not tested, and is lost when they are published again.',
  cure: `Save what you want to keep as a dashboard of your own, under another name and without the tag. ${PUBLISH}`,
  severity: 'warn',
  rights: READ,
  async run(context) {
    const folderUid = await context.get(folderOfMost);
    return (await context.get(storedDashboards))
      .filter((stored) => !isAsShipped(stored) && strangeIn(stored).length === 0)
      .map((stored) => ({
        found: `${stored.uid} is not as it ships: ${changesIn(stored)}${stored.saved}`,
        ...repairOf(stored, folderUid),
      }));
  },
});

export const dashboardsHaveNoCopies = grafanaCheck({
  code: 'PMCP-D257',
  title: 'No copy of a dashboard has its name.',
  why: 'Of two with one name people open the wrong one, and a copy gets no updates.',
  cure: 'Delete the copy, or give it another title and take the tag `pmcp-observability` away.',
  severity: 'warn',
  rights: 'GET of `/api/search`.',
  async run(context) {
    const titles = new Set(Object.values(SHIPPED_DASHBOARDS).map(({ title }) => title));
    return (await context.get(taggedDashboards))
      .filter(({ uid, title }) => !(uid in SHIPPED_DASHBOARDS) && titles.has(title))
      .map(({ uid, title }) => ({ found: `the dashboard with uid ${uid} is called ${title}, too` }));
  },
});

function isAsShipped({ uid, spec }: StoredDashboard): boolean {
  return SHIPPED_DASHBOARDS[uid]!.signs.split(' ').includes(signOfDashboard(spec));
}

function strangeIn({ spec }: StoredDashboard): string[] {
  return [...new Set(queriesOf(spec).flatMap(seriesIn))].filter((name) => !isKnownSeries(name));
}

function changesIn({ uid, spec }: StoredDashboard): string {
  const { panels } = SHIPPED_DASHBOARDS[uid]!;
  const stored = signsOfPanels(spec);
  // The newer schema keeps panels in another place.
  if (stored.size === 0) return 'something in it was changed';
  const titles = [...stored.keys()];
  const parts = [
    ['changed', titles.filter((title) => panels[title]?.split(' ').includes(stored.get(title)!) === false)],
    ['added', titles.filter((title) => panels[title] === undefined)],
    ['removed', Object.keys(panels).filter((title) => !stored.has(title))],
  ] as const;
  const told = parts.filter(([, all]) => all.length > 0).map(([what, all]) => `${what}: ${some(all)}`);
  return told.length === 0 ? 'its settings or its layout were changed' : `panels ${told.join('; ')}`;
}

/** A provisioned dashboard can only be repaired in the file or tool that it comes from. */
function repairOf({ uid, kind }: StoredDashboard, folderUid: string | undefined): Partial<Finding> {
  if (kind === 'classic') return { publish: { uids: [uid], folderUid } };
  if (kind === 'newer') return { cure: NEWER };
  return {
    cure: 'Grafana reads it from a file or another tool, so write that anew: `npx pmcp-observability assets ./monitoring --force` has the files, the ConfigMaps and the objects of the operator.',
  };
}
