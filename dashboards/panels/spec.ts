import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { HistogramForm } from '../../prometheus/promql.js';
import type { Query } from '../query.js';
import type { Unit } from '../units.js';

/** A value, and the colour of the panel from this value on. */
export type Step = readonly [value: number, colour: string];

/** Builds a panel for the form of histograms in Prometheus. */
export type PanelIn = (form: HistogramForm) => Panel;

/** The options of every kind of panel. */
export interface Spec {
  readonly title: string;
  /** What the panel shows, and what to do when it looks wrong. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly decimals?: number;
  /** Where the axis begins. With minus infinity, it begins at the least value. */
  readonly min?: number;
  readonly max?: number;
  /** Below the first step, values are good. If low values are bad, start with a colour at minus infinity. */
  readonly steps?: readonly Step[];
  /** Colours of series, by name. */
  readonly colours?: Readonly<Record<string, string>>;
  /** The text if there is no data, where that is no fault. */
  readonly noValue?: string;
}

/** The options of a panel that would be an empty box without data, so it must say why it is empty. */
export interface Explained extends Spec {
  readonly noValue: string;
}
