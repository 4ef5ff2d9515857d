import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { HistogramForm } from '../../prometheus/promql.js';
import { GOOD } from '../colours.js';
import { chosenSource } from '../sources.js';
import { decimalsOf } from '../units.js';
import type { Spec, Step } from './spec.js';
import { target } from './target.js';

/** What the builders of all kinds of panel have in common. */
interface PanelBuilder extends Builder<Panel> {
  title(title: string): unknown;
  description(description: string): unknown;
  datasource(source: DataSourceRef): unknown;
  targets(targets: Builder<Dataquery>[]): unknown;
  unit(unit: string): unknown;
  decimals(decimals: number): unknown;
  min(min: number): unknown;
  max(max: number): unknown;
  noValue(text: string): unknown;
  thresholds(thresholds: Builder<ThresholdsConfig>): unknown;
  overrideByName(name: string, properties: DynamicConfigValue[]): unknown;
}

/** Sets what the spec contains, and the defaults of all panels. */
export function described<B extends PanelBuilder>(builder: B, spec: Spec, form: HistogramForm): B {
  const {
    title,
    description,
    unit,
    queries,
    decimals = decimalsOf(unit),
    min,
    max,
    steps,
    colours = {},
    noValue,
  } = spec;
  builder.title(title);
  builder.description(description);
  builder.datasource(chosenSource(queries[0]?.source ?? 'prometheus'));
  builder.targets(queries.map((query) => target(query, form)));
  builder.unit(unit);
  if (decimals !== undefined) builder.decimals(decimals);
  if (min !== undefined && Number.isFinite(min)) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (noValue !== undefined) builder.noValue(noValue);
  if (steps)
    builder.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholds(steps)));
  for (const [name, colour] of Object.entries(colours)) builder.overrideByName(name, [fixed(colour)]);
  return builder;
}

/** For series that are not known beforehand. All others have colours by name. */
export function palette(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic);
}

/** Gives all series the same colour. */
export function fixedColour(colour: string): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(colour);
}

/** A value takes the colour of the step that it has reached. */
export function byThreshold(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
}

/**
 * Returns thresholds for steps. Below the first step, values are good, unless it starts at minus infinity.
 */
export function thresholds(steps: readonly Step[]): Threshold[] {
  const [first] = steps;
  const base: Threshold[] = first?.[0] === Number.NEGATIVE_INFINITY ? [] : [{ value: null, color: GOOD }];
  const others = steps.map(([value, color]) => ({ value: Number.isFinite(value) ? value : null, color }));
  return [...base, ...others];
}

function fixed(colour: string): DynamicConfigValue {
  return { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colour } };
}
