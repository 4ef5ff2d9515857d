import { readFileSync } from 'node:fs';
import { didYouMean } from '@pmcp/observability/internal';
import { parse } from 'yaml';
import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { isGrafana, provisionedFiles } from '../../facts/compose-grafana.js';
import { namesKnownTo } from '../../facts/compose-names.js';
import { composeServices } from '../../facts/compose-servers.js';
import { isLoopback } from '../../facts/loopback.js';
import { listAt } from '../../facts/manifests.js';
import { filesCheck } from './define.js';

export const composeSourcesExist = filesCheck({
  code: 'PMCP-D437',
  title: 'In Compose, the data sources of Grafana are services.',
  why: 'In its container `localhost` is Grafana itself: each panel says that the connection is refused, although Prometheus runs beside it.',
  cure: 'Name the service and its port inside of the container, as in `url: http://prometheus:9090`.',
  severity: 'fail',
  rights: 'To read the files, and the data sources of Grafana that they mount.',
  async run(context) {
    const servers = await context.get(composeServices);
    const all = await context.get(allComposeServices);
    const grafanas = servers.length === 0 ? [] : all.filter(isGrafana);
    return (await Promise.all(grafanas.map((one) => faultsOf(one, all, context)))).flat();
  },
});

async function faultsOf(
  grafana: ComposeService,
  all: readonly ComposeService[],
  context: Context,
): Promise<Finding[]> {
  // On the network of the host, or of another container, localhost is somebody else.
  if (all.some(({ name, spec }) => name === grafana.name && spec.network_mode !== undefined)) return [];
  const names = await namesKnownTo(grafana, context);
  return provisionedFiles('datasources', grafana, all).flatMap((file) =>
    sourcesIn(file).flatMap(({ name, url, access }): Finding[] => {
      const fault = access === 'direct' ? undefined : faultOf(url, grafana.name, names);
      return fault === undefined
        ? []
        : [{ found: `the data source ${name} asks ${url}, ${fault}`, where: { file } }];
    }),
  );
}

interface Source {
  readonly name?: unknown;
  readonly url?: unknown;
  readonly access?: unknown;
}

function sourcesIn(file: string): readonly Source[] {
  try {
    return listAt<Source | null>(parse(readFileSync(file, 'utf8')), ['datasources']).filter(
      (one) => one !== null,
    );
  } catch {
    // It is made before the start, or Grafana says what is wrong with it.
    return [];
  }
}

const GRAFANA_PORT = '3000';

function faultOf(url: unknown, service: string, names: ReadonlySet<string> | undefined): string | undefined {
  const text = String(url ?? '');
  const asked = text.includes('$') || !URL.canParse(text) ? undefined : new URL(text);
  if (asked === undefined || !/^https?:$/.test(asked.protocol)) return undefined;
  const { hostname, port } = asked;
  if (isLoopback(hostname))
    return port === GRAFANA_PORT
      ? undefined
      : `and in the container of service ${service} nobody listens there`;
  if (names === undefined || names.has(hostname) || !/^[a-z][\w-]*$/i.test(hostname)) return undefined;
  return `and no service has this name${didYouMean(hostname, [...names])}`;
}
