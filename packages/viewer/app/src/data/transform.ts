import {
  type DataFrame,
  type DataTransformerConfig,
  getFrameMatchers,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import type { Transformation } from '../model/dashboard.js';
import { timeSeriesTable } from './time-series-table.js';

/** Applies a panel's transformations to its frames, one after the other. */
export async function transform(
  frames: DataFrame[],
  steps: readonly Transformation[],
  fill: (text: string) => string,
): Promise<DataFrame[]> {
  let current = frames;
  for (const { id, options, filter, disabled } of steps) {
    if (disabled) continue;
    if (id === 'timeSeriesTable') {
      const isMeant = filter ? getFrameMatchers(filter) : () => true;
      const meant = current.filter((frame) => isMeant(frame));
      const others = current.filter((frame) => !meant.includes(frame));
      current = [...others, ...timeSeriesTable(meant, options)];
    } else {
      const step: DataTransformerConfig = { id, options, ...(filter && { filter }) };
      current = await firstValueFrom(transformDataFrame([step], current, { interpolate: fill }));
    }
  }
  return current.map(withoutFormerNames);
}

/** Removes the cached display names, so that a column that `organize` renamed shows its new name. */
function withoutFormerNames(frame: DataFrame): DataFrame {
  return {
    ...frame,
    fields: frame.fields.map((field) => ({ ...field, state: { ...field.state, displayName: undefined } })),
  };
}
