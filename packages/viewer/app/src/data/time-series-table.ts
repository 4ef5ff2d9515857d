import {
  type DataFrame,
  type DataFrameWithValue,
  FieldType,
  fieldReducers,
  toDataFrame,
} from '@grafana/data';

/** The options of each query, by its `refId`. */
type Options = Readonly<Record<string, unknown>>;

/** Makes a table for each query. Each series becomes a row with its labels, and with its curve as a cell. */
export function timeSeriesTable(frames: readonly DataFrame[], options: Options): DataFrame[] {
  const groups = new Map<string, DataFrame[]>();
  const others: DataFrame[] = [];
  for (const frame of frames) {
    const isSeries = frame.fields.some(({ type }) => type === FieldType.time);
    if (!isSeries) others.push(frame);
    else groups.set(frame.refId ?? '', [...(groups.get(frame.refId ?? '') ?? []), frame]);
  }
  return [...[...groups].map(([refId, group]) => toTable(refId, group, options[refId])), ...others];
}

function toTable(refId: string, frames: readonly DataFrame[], options: unknown): DataFrame {
  const { stat = 'lastNotNull' } = (options ?? {}) as { readonly stat?: string };
  const curves = frames.flatMap((frame) =>
    frame.fields.filter(({ type }) => type === FieldType.number).map((value) => ({ frame, value })),
  );
  const labels = [...new Set(curves.flatMap(({ value }) => Object.keys(value.labels ?? {})))];
  const reduce = fieldReducers.get(stat).reduce;
  return toDataFrame({
    refId,
    fields: [
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: curves.map(({ value }) => value.labels?.[label] ?? ''),
      })),
      {
        name: `Trend #${refId}`,
        type: FieldType.frame,
        values: curves.map(({ frame, value }): DataFrameWithValue => {
          const result = reduce?.(value, true, true)?.[stat] ?? value.values.at(-1) ?? null;
          return {
            ...frame,
            fields: frame.fields.filter((field) => field === value || field.type === FieldType.time),
            value: result,
          };
        }),
      },
    ],
  });
}
