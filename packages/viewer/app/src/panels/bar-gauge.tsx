import {
  type FieldDisplay,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type ReduceDataOptions,
  VizOrientation,
} from '@grafana/data';
import type { BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import { BarGauge, type BarGaugeDisplayMode, useTheme2, VizRepeater } from '@grafana/ui';
import { interpolate } from '../model/interpolate.js';
import type { Drawn } from './panel.js';

interface Options {
  readonly reduceOptions: ReduceDataOptions;
  readonly displayMode: BarGaugeDisplayMode;
  readonly orientation?: VizOrientation;
  readonly showUnfilled?: boolean;
  readonly valueMode?: BarGaugeValueMode;
  readonly namePlacement?: BarGaugeNamePlacement;
}

export function BarGaugePanel({ panel, frames, lookup, width, height }: Drawn) {
  const theme = useTheme2();
  const options = panel.options as unknown as Options;
  const getValues = () =>
    getFieldDisplayValues({
      fieldConfig: panel.fieldConfig,
      reduceOptions: options.reduceOptions,
      replaceVariables: (text) => interpolate(text, lookup),
      theme,
      data: frames,
      timeZone: 'browser',
    });
  return (
    <VizRepeater
      getValues={getValues}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={frames}
      width={width}
      height={height}
      orientation={options.orientation ?? VizOrientation.Horizontal}
      itemSpacing={8}
      minVizHeight={16}
      maxVizHeight={300}
      renderCounter={0}
      renderValue={({ value, width: w, height: h, orientation, alignmentFactors }) => (
        <BarGauge
          value={withName(value)}
          field={value.field}
          display={value.view?.getFieldDisplayProcessor(value.colIndex ?? 0)}
          orientation={orientation}
          alignmentFactors={alignmentFactors}
          displayMode={options.displayMode}
          showUnfilled={options.showUnfilled}
          valueDisplayMode={options.valueMode}
          namePlacement={options.namePlacement}
          itemSpacing={8}
          lcdCellWidth={12}
          theme={theme}
          width={w}
          height={h}
        />
      )}
    />
  );
}

/** Gives a bar without a name an empty one, so that it has as much room as a bar with a name. */
function withName({ display }: FieldDisplay): FieldDisplay['display'] {
  return { ...display, title: display.title ?? '' };
}
