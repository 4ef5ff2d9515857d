import type { FieldConfigSource } from '@grafana/data';

/** The fields that the page reads from a dashboard in Grafana's classic schema. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly panels: readonly (Panel | Row)[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly links: readonly DashboardLink[];
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh?: string | false;
}

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Row {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed?: boolean;
  readonly repeat?: string | null;
  readonly gridPos: GridPos;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly transparent?: boolean;
  readonly gridPos: GridPos;
  readonly repeat?: string | null;
  readonly repeatDirection?: 'h' | 'v';
  readonly maxPerRow?: number;
  readonly datasource?: DataSourceRef | null;
  readonly targets?: readonly Target[];
  readonly transformations?: readonly Transformation[];
  readonly fieldConfig: FieldConfigSource;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly links?: readonly PanelLink[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
}

export interface DataSourceRef {
  readonly type?: string;
  readonly uid?: string;
}

export interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly query?: string;
  readonly datasource?: DataSourceRef;
  readonly format?: 'time_series' | 'table' | 'heatmap';
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly exemplar?: boolean;
  readonly hide?: boolean;
  readonly interval?: string;
  readonly limit?: number;
}

export interface Transformation {
  readonly id: string;
  readonly disabled?: boolean;
  /** The frames that it applies to. All others stay as they are. */
  readonly filter?: { readonly id: string; readonly options?: unknown };
  readonly options: Readonly<Record<string, unknown>>;
}

export interface PanelLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank?: boolean;
}

export interface DashboardLink extends PanelLink {
  readonly tooltip?: string;
  readonly includeVars?: boolean;
  readonly keepTime?: boolean;
}

export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly hide?: boolean;
  readonly iconColor: string;
  readonly expr?: string;
  readonly step?: string;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly datasource?: DataSourceRef;
}

export interface Variable {
  readonly type: string;
  readonly name: string;
  readonly label?: string | null;
  readonly hide?: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
  readonly regex?: string;
  readonly datasource?: DataSourceRef | null;
  readonly query?: string | { readonly query?: string; readonly label?: string };
  readonly current?: { readonly value?: string | readonly string[] };
  readonly options?: readonly { readonly value: string; readonly text: string }[];
}
