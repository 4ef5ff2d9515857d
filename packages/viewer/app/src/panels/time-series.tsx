import { DashboardCursorSync, type DataFrame, getFieldDisplayName } from '@grafana/data';
import { SortOrder } from '@grafana/schema';
import {
  getFieldDisplayItems,
  LegendDisplayMode,
  TimeSeries,
  TooltipDisplayMode,
  TooltipPlugin2,
  type VizLegendOptions,
  VizTooltipContent,
  VizTooltipHeader,
  VizTooltipWrapper,
} from '@grafana/ui';
import { useMemo, useRef } from 'react';
import { useShared } from '../dashboard/context.js';
import { clockTime } from './clock-time.js';
import { Exemplars } from './exemplars.js';
import { Marks } from './marks.js';
import type { Drawn } from './panel.js';
import { WholeTimes } from './whole-times.js';

const SCOPE = '__global_';
/** Where the pointer is matters less than when: the tooltip tells all series at that time. */
const EVERY_SERIES_AT_A_TIME = 1;

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
  const { zoom } = useShared();
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
          <WholeTimes config={config} />
          <TooltipPlugin2
            config={config}
            hoverMode={EVERY_SERIES_AT_A_TIME as never}
            syncMode={DashboardCursorSync.Crosshair}
            syncScope={SCOPE}
            queryZoom={({ from, to }) => zoom(from, to)}
            render={(_, indices, series, pinned) => {
              const [time] = aligned.fields;
              const at = time?.values[indices[0] ?? -1];
              if (!time || at === undefined) return null;
              const items = getFieldDisplayItems(aligned.fields, time, indices, series, mode, sort);
              return (
                <VizTooltipWrapper>
                  <VizTooltipHeader item={{ label: '', value: clockTime(at) }} isPinned={pinned} />
                  <VizTooltipContent
                    items={items}
                    isPinned={pinned}
                    scrollable={items.length > 12}
                    maxHeight={320}
                  />
                </VizTooltipWrapper>
              );
            }}
          />
          <Marks config={config} />
          <Exemplars config={config} samples={exemplars} />
        </>
      )}
    </TimeSeries>
  );
}

/** Changes when there are other series than before: only then is the plot built anew. */
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
