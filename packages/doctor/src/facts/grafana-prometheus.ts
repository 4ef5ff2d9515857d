import { CannotRun, NotApplicable } from '../check.js';
import type { Context, Fact } from '../context.js';
import { type DataSource, dataSources, grafanaFinds } from './grafana.js';
import { storedDashboards } from './stored-dashboards.js';

/** The data source that our dashboards open with; undefined if Grafana has none of Prometheus. */
export const chosenPrometheus: Fact<DataSource | undefined> = async (context) => {
  const all = (await context.get(dataSources)).filter(({ type }) => type === 'prometheus');
  const fixed = (await context.get(fixedSources))[0];
  const [first] = [...all].sort((one, other) => one.name.localeCompare(other.name));
  return all.find(({ uid }) => uid === fixed) ?? all.find(({ isDefault }) => isDefault) ?? first;
};

interface Variable {
  readonly type?: string;
  readonly query?: unknown;
  readonly current?: { readonly value?: unknown };
}

/** The uids of the Prometheus data sources that are saved in our dashboards. */
export const fixedSources: Fact<readonly string[]> = async (context) => {
  const stored = await context.get(storedDashboards);
  const values = stored.flatMap(({ spec }) => {
    const { list = [] } = (spec.templating ?? {}) as { readonly list?: readonly Variable[] };
    return list
      .filter(({ type, query }) => type === 'datasource' && query === 'prometheus')
      .map(({ current }) => current?.value);
  });
  return [
    ...new Set(
      values.filter((value) => typeof value === 'string' && value !== '' && value !== 'default') as string[],
    ),
  ];
};

/** Asks Prometheus through Grafana, and returns the `data` of the answer. */
export async function throughGrafana<T>(context: Context, path: string): Promise<T> {
  const source = await context.get(chosenPrometheus);
  if (source === undefined) throw new CannotRun('Grafana has no Prometheus data source');
  const answer = await grafanaFinds<{ readonly data?: T }>(
    context,
    `api/datasources/proxy/uid/${encodeURIComponent(source.uid)}/api/v1/${path}`,
  );
  const what = path.split('?')[0];
  // Stores such as Mimir answer queries but have no targets.
  if (answer === undefined) throw new NotApplicable(`the data source ${source.name} has no api/v1/${what}`);
  if (answer.data === undefined)
    throw new CannotRun(`the data source ${source.name} gives no answer to ${what}`);
  return answer.data;
}
