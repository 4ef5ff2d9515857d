import type { Finding } from '../../check.js';
import { type Demands, demandsOf, refusal } from '../../facts/demands.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import {
  type Endpoint,
  endpointPath,
  endpointsOf,
  isSelected,
  MONITOR_KINDS,
  portAsked,
} from '../../facts/monitors.js';
import { adminPort, isWhole, type Workload } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

export const monitorsHaveAccess = workloadCheck(
  {
    code: 'PMCP-D404',
    title: 'Monitors send what the admin port asks for.',
    why: 'Without the token the admin port answers 401, and over HTTP one with TLS answers nothing: the target is there, and always down.',
    cure: 'Add to the endpoint `authorization: { credentials: { name: SECRET, key: token } }`, for TLS `scheme: https` with `tlsConfig`.',
    severity: 'fail',
  },
  (workload, all): Finding[] => {
    const env = new Map((workload.observed.spec.env ?? []).map(({ name, value }) => [name, value]));
    const demands = demandsOf(env);
    if (demands === undefined || !isWhole(workload) || all.some(hasScrapeClasses)) return [];
    const asked = endpointsFor(workload, all).map(({ monitor, endpoint, i }) => ({
      fault: faultOf(endpoint, demands, workload.title),
      monitor,
      where: monitor.at(endpointPath(monitor, i)),
    }));
    // Where one of them gets the metrics, another may be left from before.
    if (asked.some(({ fault }) => fault === undefined)) return [];
    return asked.map(({ fault, monitor, where }) => ({
      found: `${monitor.kind} ${monitor.name} ${fault}`,
      where,
    }));
  },
);

/** A class of scrapes may have credentials for all monitors. */
function hasScrapeClasses({ content }: Manifest): boolean {
  return ['scrapeClasses', 'scrapeClass'].some((key) => valueAt(content, ['spec', key]) !== undefined);
}

function endpointsFor(workload: Workload, all: readonly Manifest[]) {
  return all
    .filter((monitor) => MONITOR_KINDS.includes(monitor.kind) && isSelected(monitor, workload, all))
    .flatMap((monitor) =>
      endpointsOf(monitor)
        .map((endpoint, i) => ({ monitor, endpoint, i }))
        .filter(
          ({ endpoint }) =>
            (endpoint.path ?? '/metrics') === '/metrics' &&
            portAsked(monitor, endpoint, workload, all) === adminPort(workload.observed),
        ),
    );
}

const TOKENS = ['authorization', 'bearerTokenFile', 'bearerTokenSecret', 'oauth2'];
const CERTIFICATES = ['cert', 'certFile', 'keySecret', 'keyFile'];

/** What the admin port will not take, as a sentence whose subject is the monitor. */
function faultOf(endpoint: Endpoint, demands: Demands, title: string): string | undefined {
  const { scheme = 'http', relabelings = [], tlsConfig = {} } = endpoint;
  const isSecure =
    scheme.toLowerCase() === 'https' || relabelings.some(({ targetLabel }) => targetLabel === '__scheme__');
  const shows = CERTIFICATES.some((key) => tlsConfig[key] !== undefined);
  return refusal(demands, title, {
    isSecure,
    hasCertificate: shows,
    hasToken: TOKENS.some((key) => endpoint[key] !== undefined),
    hasPassword: endpoint.basicAuth !== undefined,
  });
}
