import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { variableOf } from './sources.js';
import { isOfServers, readsSeveralSources, titleOf, UIDS, type Uid } from './uids.js';

const PREFIX = 'PMCP / ';
/** The jobs of servers do not exist on dashboards of other jobs, but clusters and namespaces do. */
const PLACE = '${' + 'cluster:queryparam}&${' + 'namespace:queryparam}';

/**
 * Returns links to all other dashboards. They keep the time range, and the variables that mean the same
 * there.
 */
export function linksFrom(from: Uid): DashboardLinkBuilder[] {
  return UIDS.filter((uid) => uid !== from).map((uid) => {
    const sameJobs = isOfServers(from) && isOfServers(uid);
    return new DashboardLinkBuilder(titleOf(uid).slice(PREFIX.length))
      .type(DashboardLinkType.Link)
      .icon('dashboard')
      .tooltip(titleOf(uid))
      .url(`/d/${uid}${sameJobs ? renamedSource(uid, from) : `?${PLACE}&${sourceFor(uid, from)}`}`)
      .includeVars(sameJobs)
      .keepTime(true);
  });
}

/** The variable of the Prometheus data source does not have the same name on all dashboards. */
function sourceFor(to: Uid, from: Uid): string {
  return `var-${prometheusOf(to)}=\${${prometheusOf(from)}}`;
}

function renamedSource(to: Uid, from: Uid): string {
  return prometheusOf(to) === prometheusOf(from) ? '' : `?${sourceFor(to, from)}`;
}

function prometheusOf(uid: Uid): string {
  return variableOf('prometheus', !readsSeveralSources(uid));
}

/** Returns a link from a value to a dashboard with more about it. The link keeps all that is chosen here. */
export function linkTo(uid: Uid, more = ''): { readonly title: string; readonly url: string } {
  return { title: titleOf(uid), url: `/d/${uid}?\${__url_time_range}&\${__all_variables}${more}` };
}
