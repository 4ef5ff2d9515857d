import { shippedFacts } from './shipped.js';

/** A dashboard of Grafana. */
export interface Shipped {
  readonly uid: string;
}

/** The part of the bundled generator that creates files from dashboards. */
export interface DashboardFiles {
  derivedFiles(
    dashboards: readonly Shipped[],
    optionalOf: (uid: string) => ReadonlySet<string>,
  ): Readonly<Record<string, () => string>>;
}

/** Returns the dashboards among the files, in the order of their paths. */
export function dashboardsIn(files: ReadonlyMap<string, string>): Shipped[] {
  const found = [...files].filter(([path]) => /^dashboards\/[^/]+\.json$/.test(path));
  return found.map(([, text]) => JSON.parse(text) as Shipped);
}

/** Creates the files that come from the JSON of the dashboards: for Grafana 13, and for Kubernetes. */
export function derived(
  files: ReadonlyMap<string, string>,
  { derivedFiles }: DashboardFiles,
): Map<string, string> {
  const { optionalSections } = shippedFacts();
  const made = derivedFiles(inOrder(dashboardsIn(files)), (uid) => new Set(optionalSections[uid]));
  return new Map(
    Object.entries(made).map(([path, render]) => [`dashboards/${path}`.replace('/generated', ''), render()]),
  );
}

/** Of the menus, as in the repository. */
function inOrder(dashboards: readonly Shipped[]): Shipped[] {
  const uids = Object.keys(shippedFacts().optionalSections);
  const place = ({ uid }: Shipped) => uids.indexOf(uid);
  return dashboards.toSorted((a, b) => place(a) - place(b));
}
