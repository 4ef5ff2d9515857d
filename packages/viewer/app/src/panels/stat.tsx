import { getFieldDisplayValues, type ReduceDataOptions, VizOrientation } from '@grafana/data';
import {
  BigValue,
  type BigValueColorMode,
  BigValueGraphMode,
  type BigValueJustifyMode,
  type BigValueTextMode,
  useTheme2,
  VizRepeater,
} from '@grafana/ui';
import { interpolate } from '../model/interpolate.js';
import type { Drawn } from './panel.js';

interface Options {
  readonly reduceOptions: ReduceDataOptions;
  readonly graphMode?: BigValueGraphMode;
  readonly colorMode?: BigValueColorMode;
  readonly textMode?: BigValueTextMode;
  readonly justifyMode?: BigValueJustifyMode;
  readonly orientation?: VizOrientation;
}

export function StatPanel({ panel, frames, span, lookup, width, height }: Drawn) {
  const theme = useTheme2();
  const { reduceOptions, graphMode, colorMode, textMode, justifyMode, orientation } =
    panel.options as unknown as Options;
  const getValues = () =>
    getFieldDisplayValues({
      fieldConfig: panel.fieldConfig,
      reduceOptions,
      replaceVariables: (text) => interpolate(text, lookup),
      theme,
      data: frames,
      sparkline: graphMode !== BigValueGraphMode.None,
      timeZone: 'browser',
    }).map((value) => {
      if (value.sparkline) value.sparkline.timeRange = span.range;
      return value;
    });
  return (
    <VizRepeater
      getValues={getValues}
      source={frames}
      width={width}
      height={height}
      orientation={orientation ?? VizOrientation.Auto}
      itemSpacing={4}
      renderCounter={0}
      autoGrid
      renderValue={({ value, width: w, height: h, count }) => (
        <BigValue
          value={value.display}
          count={count}
          sparkline={value.sparkline}
          graphMode={graphMode ?? BigValueGraphMode.None}
          colorMode={colorMode as BigValueColorMode}
          textMode={textMode}
          justifyMode={justifyMode}
          theme={theme}
          width={w}
          height={h}
        />
      )}
    />
  );
}
