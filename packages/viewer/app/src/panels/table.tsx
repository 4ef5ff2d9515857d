import { type DataFrame, type Field, FieldType } from '@grafana/data';
import type { TableCellHeight } from '@grafana/schema';
import { measureText, type TableSortByFieldState } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { useMemo } from 'react';
import type { Drawn } from './panel.js';

interface Options {
  readonly cellHeight?: TableCellHeight;
  readonly showHeader?: boolean;
  readonly sortBy?: TableSortByFieldState[];
  readonly frameIndex?: number;
}

const FONT_SIZE = 14;
/** The room in a cell beside its text. */
const PADDING = 16;

export function TablePanel({ panel, frames, span, width, height }: Drawn) {
  const { cellHeight, showHeader = true, sortBy, frameIndex = 0 } = (panel.options ?? {}) as Options;
  const given = frames[frameIndex] ?? frames[0];
  const frame = useMemo(() => given && withWholeNames(given), [given]);
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

/** Makes text columns wide enough: on a phone, the table scrolls sideways instead of cutting names. */
function withWholeNames(frame: DataFrame): DataFrame {
  return { ...frame, fields: frame.fields.map((field) => (isName(field) ? whole(field) : field)) };
}

function isName({ type, config }: Field): boolean {
  return type === FieldType.string && !config.custom?.width;
}

function whole(field: Field): Field {
  const widest = field.values.reduce<number>(
    (most, value) => Math.max(most, measureText(String(value ?? ''), FONT_SIZE).width),
    field.config.custom?.minWidth ?? 0,
  );
  const custom = { ...field.config.custom, minWidth: Math.ceil(widest) + PADDING };
  return { ...field, config: { ...field.config, custom } };
}
