/** The part of a dashboard in Grafana's format that the checks use. */
export interface Target {
  readonly refId?: string;
  readonly expr?: string;
  readonly query?: string;
  readonly legendFormat?: string;
  readonly format?: string;
  readonly instant?: boolean;
  readonly exemplar?: boolean;
  readonly datasource?: Source;
}

export interface Source {
  readonly type?: string;
  readonly uid?: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Defaults {
  readonly unit?: string;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly custom?: {
    readonly fillOpacity?: number;
    readonly drawStyle?: string;
    readonly lineWidth?: number;
    readonly stacking?: { readonly mode?: string };
    readonly scaleDistribution?: { readonly type?: string };
  };
}

interface Override {
  readonly matcher: { readonly options?: unknown };
  readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
}

interface Legend {
  readonly showLegend?: boolean;
  readonly displayMode?: string;
  readonly placement?: string;
  readonly calcs?: readonly string[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly datasource?: Source;
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: Defaults; readonly overrides?: readonly Override[] };
  readonly options?: {
    readonly legend?: Legend;
    readonly sortBy?: readonly { readonly displayName?: string }[];
  };
}

export interface Variable {
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly query?: string | { readonly query: string };
  readonly datasource?: Source;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly editable?: boolean;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { name: string; expr: string; datasource: Source }[] };
  readonly links: readonly {
    readonly url: string;
    readonly keepTime: boolean;
    readonly includeVars: boolean;
  }[];
}

/** Returns the panels without the headings of rows. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

export function isPrometheus({ datasource }: { datasource?: Source }): boolean {
  return datasource?.type === 'prometheus';
}

/** Returns all queries of a kind with their panels. */
export function queriesOf(
  dashboard: Dashboard,
  type: string,
): { panel: Panel; target: Target; text: string }[] {
  return panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? [])
      .filter(({ datasource }) => datasource?.type === type)
      .map((target) => ({ panel, target, text: target.expr ?? target.query ?? '' })),
  );
}
