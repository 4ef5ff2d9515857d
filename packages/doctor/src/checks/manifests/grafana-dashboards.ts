import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parse } from 'yaml';
import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { isGrafana, PROVISIONING, provisionedFiles } from '../../facts/compose-grafana.js';
import { type ComposeMount, filesIn, mountsOf } from '../../facts/compose-mounts.js';
import { composeServices } from '../../facts/compose-servers.js';
import { listAt } from '../../facts/manifests.js';
import { isWithin } from '../../facts/paths.js';
import { some } from '../some.js';
import { filesCheck } from './define.js';

export const composeDashboardsAreShown = filesCheck({
  code: 'PMCP-D452',
  title: 'In Compose, Grafana reads the dashboards that it is given.',
  why: 'Grafana shows the dashboards of the folders that its providers name. It does not look into others, and says nothing.',
  cure: 'Let `options.path` of a provider in `/etc/grafana/provisioning/dashboards` name the folder where the dashboards are mounted.',
  severity: 'fail',
  rights: 'To read the files, and the dashboards and providers of Grafana that they mount.',
  async run(context) {
    const [servers, all] = await Promise.all([context.get(composeServices), context.get(allComposeServices)]);
    const grafanas = servers.length === 0 ? [] : all.filter(isGrafana);
    return grafanas.flatMap((grafana) => unreadIn(grafana, all));
  },
});

function unreadIn(grafana: ComposeService, all: readonly ComposeService[]): Finding[] {
  const mounts = mountsOf(grafana, all);
  const isTold = mounts?.every(({ target, source }) => source !== undefined || !isAbout(target));
  const settings = all.filter(({ name }) => name === grafana.name).flatMap(({ env }) => [...env]);
  if (mounts === undefined || !isTold || settings.some(([name]) => name === 'GF_PATHS_PROVISIONING'))
    return [];
  const read = provisionedFiles('dashboards', grafana, all).flatMap(pathsIn);
  if (read.some((path) => path.includes('$'))) return [];
  return mounts
    .filter(hasDashboards)
    .filter(({ target }) => !read.some((path) => isWithin(target, path) || isWithin(path, target)))
    .filter(({ target }) => !settings.some(([, value]) => value.includes(target)))
    .map(({ told, target }) => ({
      found: `service ${grafana.name} has the dashboards of ${told} at ${target}, and ${read.length === 0 ? 'no provider reads any' : `its providers read ${some(read)}`}`,
      where: grafana.at(['volumes']),
    }));
}

/** Whether a mount may have the files of providers. */
function isAbout(target: string): boolean {
  const folder = `${PROVISIONING}/dashboards`;
  return isWithin(target, folder) || isWithin(folder, target);
}

interface Provider {
  readonly options?: { readonly path?: unknown; readonly folder?: unknown };
}

/** The folders that the providers of a file name; one that can't be read may name any. */
function pathsIn(file: string): string[] {
  try {
    return listAt<Provider | null>(parse(readFileSync(file, 'utf8')), ['providers']).flatMap((one) => {
      const path = one?.options?.path ?? one?.options?.folder;
      return path === undefined ? [] : [String(path)];
    });
  } catch {
    return ['/'];
  }
}

function hasDashboards({ source }: ComposeMount): boolean {
  if (source === undefined) return false;
  const files = extname(source) === '.json' ? [source] : filesIn(source).map((name) => join(source, name));
  return files.some((file) => extname(file) === '.json' && isDashboard(file));
}

function isDashboard(file: string): boolean {
  try {
    return /"panels"\s*:/.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
