import type { TableCellHeight } from '@grafana/schema';
import type { TableSortByFieldState } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { Drawn } from './panel.js';

interface Options {
  readonly cellHeight?: TableCellHeight;
  readonly showHeader?: boolean;
  readonly sortBy?: TableSortByFieldState[];
  readonly frameIndex?: number;
}

export function TablePanel({ panel, frames, span, width, height }: Drawn) {
  const { cellHeight, showHeader = true, sortBy, frameIndex = 0 } = (panel.options ?? {}) as Options;
  const frame = frames[frameIndex] ?? frames[0];
  if (!frame) return null;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={!showHeader}
      cellHeight={cellHeight}
      sortBy={sortBy}
      timeRange={span.range}
      fieldConfig={panel.fieldConfig}
      enableVirtualization
      structureRev={1}
    />
  );
}
