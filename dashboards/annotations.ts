import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { catalog } from '@pmcp/observability/catalog';
import { count, type Expression, gauge, sum } from '../prometheus/promql.js';
import { BAD, NEUTRAL } from './colours.js';
import { alertsFor, chosen } from './query.js';
import { chosenSource } from './sources.js';

const ALERTS = gauge('ALERTS', ['alertname', 'alertstate', 'severity']);

/** Returns the alerts that fire for the chosen jobs. */
export function firingAlerts(
  where: { readonly severity?: string | readonly string[] } = {},
): Expression<'alertname' | 'severity' | 'job'> {
  return sum(ALERTS, {
    by: ['alertname', 'severity', 'job'],
    where: alertsFor({ alertstate: 'firing', ...where }),
  });
}

/** Marks versions that did not run five minutes before. */
export function deployments(): AnnotationQueryBuilder {
  const versions = { by: ['version'], where: chosen() } as const;
  const fresh = count(catalog.buildInfo, versions).unless(
    count(catalog.buildInfo, { ...versions, offset: '5m' }),
  );
  return annotation('Deployments', NEUTRAL, fresh).titleFormat('Version {{version}}');
}

export function firing(): AnnotationQueryBuilder {
  return annotation('Alerts', BAD, firingAlerts()).titleFormat('{{alertname}}').tagKeys('severity,job');
}

function annotation(name: string, colour: string, expr: Expression): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(chosenSource('prometheus'))
    .enable(true)
    .iconColor(colour)
    .expr(String(expr))
    .step('60s');
}
