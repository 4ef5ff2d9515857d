import { type DataFrame, getFieldDisplayName } from '@grafana/data';
import { SortOrder } from '@grafana/schema';
import {
  getFieldDisplayItems,
  LegendDisplayMode,
  TimeSeries,
  TooltipDisplayMode,
  type VizLegendOptions,
} from '@grafana/ui';
import { useMemo, useRef } from 'react';
import { Exemplars } from './exemplars.js';
import { Marks } from './marks.js';
import type { Drawn } from './panel.js';
import { Tooltip } from './tooltip.js';
import { WholeLabels } from './whole-labels.js';

const NO_LEGEND: VizLegendOptions = {
  showLegend: false,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

interface Options {
  readonly legend?: VizLegendOptions;
  readonly tooltip?: { readonly mode?: TooltipDisplayMode; readonly sort?: SortOrder };
}

export function TimeSeriesPanel({ panel, frames, span, exemplars, width, height }: Drawn) {
  const options = (panel.options ?? {}) as Options;
  const structure = useStructure(frames);
  const { mode = TooltipDisplayMode.Multi, sort = SortOrder.None } = options.tooltip ?? {};
  return (
    <TimeSeries
      frames={frames}
      structureRev={structure}
      timeRange={span.range}
      timeZone="browser"
      width={width}
      height={height}
      legend={options.legend ?? NO_LEGEND}
      options={options as Record<string, unknown>}
    >
      {(config, aligned) => (
        <>
          <WholeLabels config={config} />
          <Tooltip
            config={config}
            describe={(_, indices, series) => {
              const [time] = aligned.fields;
              const at = time?.values[indices[0] ?? -1];
              if (!time || at === undefined) return undefined;
              return {
                atMs: at,
                items: getFieldDisplayItems(aligned.fields, time, indices, series ?? null, mode, sort),
              };
            }}
          />
          <Marks config={config} />
          <Exemplars config={config} samples={exemplars} />
        </>
      )}
    </TimeSeries>
  );
}

/** Returns a number that changes when the series change. The plot is rebuilt only then. */
function useStructure(frames: readonly DataFrame[]): number {
  const last = useRef({ key: '', revision: 0 });
  return useMemo(() => {
    const names = frames.map((frame) =>
      frame.fields.map((field) => [getFieldDisplayName(field, frame, [...frames]), field.config]),
    );
    const key = JSON.stringify(names);
    if (key !== last.current.key) last.current = { key, revision: last.current.revision + 1 };
    return last.current.revision;
  }, [frames]);
}
