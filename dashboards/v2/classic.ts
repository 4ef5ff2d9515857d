/** The parts of a dashboard in the classic schema that are read, as `finished` returns them. */
import type {
  DashboardLinkType,
  DataQueryKind,
  FieldConfigSource,
} from '@grafana/grafana-foundation-sdk/dashboardv2';

export interface Source {
  readonly type: string;
  readonly uid: string;
}

export interface Target extends Readonly<Record<string, unknown>> {
  readonly refId: string;
  readonly datasource: Source;
}

export interface Transformation {
  readonly id: string;
  readonly filter?: { readonly id: string; readonly options: unknown };
  readonly options: unknown;
}

export interface ClassicPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly Transformation[];
  readonly maxDataPoints?: number;
  readonly options?: unknown;
  readonly fieldConfig?: FieldConfigSource;
}

export interface ClassicVariable {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly query: unknown;
  readonly definition?: string;
  readonly datasource?: Source;
  readonly allValue?: string;
}

export interface ClassicAnnotation {
  readonly name: string;
  readonly datasource: Source;
  readonly iconColor: string;
  readonly expr: string;
  readonly step: string;
  readonly titleFormat?: string;
  readonly tagKeys?: string;
}

export interface ClassicLink {
  readonly title: string;
  readonly type: `${DashboardLinkType}`;
  readonly icon: string;
  readonly tooltip: string;
  readonly url: string;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

export interface Classic {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly panels: readonly ClassicPanel[];
  readonly templating: { readonly list: readonly ClassicVariable[] };
  readonly annotations: { readonly list: readonly ClassicAnnotation[] };
  readonly links: readonly ClassicLink[];
}

/** Returns a query in the new schema, which keeps the type of the data source apart from the rest. */
export function dataQuery({ type, uid }: Source, spec: object): DataQueryKind {
  return { kind: 'DataQuery', group: type, version: 'v0', datasource: { name: uid }, spec };
}
