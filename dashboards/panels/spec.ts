import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { HistogramForm } from '../../prometheus/promql.js';
import type { Query } from '../query.js';
import type { Unit } from '../units.js';

/** A value from which on the panel has another colour. */
export type Step = readonly [value: number, colour: string];

/** A panel, once it is known in which form Prometheus has the histograms that it asks for. */
export type PanelIn = (form: HistogramForm) => Panel;

/** What every kind of panel is told. */
export interface Spec {
  readonly title: string;
  /** What it shows, and what to do when it looks wrong. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly decimals?: number;
  /** Where the axis begins; minus infinity: wherever the values do. */
  readonly min?: number;
  readonly max?: number;
  /** Good below the first; where less is worse, start with a colour at minus infinity. */
  readonly steps?: readonly Step[];
  /** Series by name that have a colour of their own. */
  readonly colours?: Readonly<Record<string, string>>;
  /** What stands where there is no data, because that is no fault. */
  readonly noValue?: string;
}

/** Of a panel that would be an empty box without data: it says why it is empty. */
export interface Explained extends Spec {
  readonly noValue: string;
}
