import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { variableOf } from './sources.js';
import { isOfServers, readsSeveralSources, titleOf, UIDS, type Uid } from './uids.js';

const PREFIX = 'PMCP / ';
/** A job of the servers means nothing where other jobs are shown, but a place does. */
const PLACE = '${' + 'cluster:queryparam}&${' + 'namespace:queryparam}';

/** Links to all other dashboards, which keep the time range, and of the variables those that mean the same there. */
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

/** The variable of the Prometheus data source has not the same name everywhere. */
function sourceFor(to: Uid, from: Uid): string {
  return `var-${prometheusOf(to)}=\${${prometheusOf(from)}}`;
}

function renamedSource(to: Uid, from: Uid): string {
  return prometheusOf(to) === prometheusOf(from) ? '' : `?${sourceFor(to, from)}`;
}

function prometheusOf(uid: Uid): string {
  return variableOf('prometheus', !readsSeveralSources(uid));
}

/** From a value to a dashboard that tells more about it, with all that is chosen here. */
export function linkTo(uid: Uid, more = ''): { readonly title: string; readonly url: string } {
  return { title: titleOf(uid), url: `/d/${uid}?\${__url_time_range}&\${__all_variables}${more}` };
}
