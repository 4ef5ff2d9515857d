import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { type ClassicAnnotation, type ClassicLink, dataQuery } from './classic.js';

export function annotationOf(annotation: ClassicAnnotation): v2.AnnotationQueryKind {
  const { name, datasource, iconColor, expr, step, titleFormat, tagKeys } = annotation;
  const asks = { expr, step, ...(titleFormat && { titleFormat }), ...(tagKeys && { tagKeys }) };
  return {
    kind: 'AnnotationQuery',
    spec: { name, enable: true, hide: false, iconColor, query: dataQuery(datasource, asks) },
  };
}

export function linkOf({
  title,
  type,
  icon,
  tooltip,
  url,
  includeVars,
  keepTime,
}: ClassicLink): v2.DashboardLink {
  return {
    title,
    type: type as DashboardLinkType,
    icon,
    tooltip,
    url,
    tags: [],
    asDropdown: false,
    targetBlank: false,
    includeVars,
    keepTime,
  };
}
