import { DashboardCursorSync } from '@grafana/data';
import {
  TooltipPlugin2,
  type UPlotConfigBuilder,
  VizTooltipContent,
  VizTooltipHeader,
  type VizTooltipItem,
  VizTooltipWrapper,
} from '@grafana/ui';
import type uPlot from 'uplot';
import { useShared } from '../dashboard/context.js';
import { clockTime } from './clock-time.js';

/** The scope of all plots of a page: each shows where the pointer is in another. */
const SCOPE = '__global_';
/** The tooltip shows all series at the time of the pointer, at whatever height the pointer is. */
const EVERY_SERIES_AT_A_TIME = 1;
/** A tooltip with more lines scrolls. */
const MOST_LINES = 12;

export interface Described {
  readonly atMs: number;
  readonly items: VizTooltipItem[];
}

interface Props {
  readonly config: UPlotConfigBuilder;
  /** Returns what is under the pointer, or undefined if there is nothing. */
  readonly describe: (
    u: uPlot,
    indices: (number | null)[],
    series: number | null | undefined,
  ) => Described | undefined;
}

/** Shows what is under the pointer, and zooms in when the user drags over a plot. */
export function Tooltip({ config, describe }: Props) {
  const { zoom } = useShared();
  return (
    <TooltipPlugin2
      config={config}
      hoverMode={EVERY_SERIES_AT_A_TIME as never}
      syncMode={DashboardCursorSync.Crosshair}
      syncScope={SCOPE}
      queryZoom={({ from, to }) => zoom(from, to)}
      render={(u, indices, series, pinned) => {
        const described = describe(u, indices, series);
        if (!described) return null;
        const { atMs, items } = described;
        return (
          <VizTooltipWrapper>
            <VizTooltipHeader item={{ label: '', value: clockTime(atMs) }} isPinned={pinned} />
            <VizTooltipContent
              items={items}
              isPinned={pinned}
              scrollable={items.length > MOST_LINES}
              maxHeight={320}
            />
          </VizTooltipWrapper>
        );
      }}
    />
  );
}
