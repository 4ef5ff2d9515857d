import { measureText, type UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type uPlot from 'uplot';

const FONT_SIZE = 12;

/** Applies `wholeLabels` to a plot that another component configures. */
export function WholeLabels({ config }: { readonly config: UPlotConfigBuilder }) {
  useLayoutEffect(() => config.addHook('init', wholeLabels), [config]);
  return null;
}

/** Leaves out axis labels that would be cut at the edges of a plot. Call it from the plot's `init` hook. */
export function wholeLabels({ axes: [times, ...others] }: uPlot): void {
  if (times) wholeTimes(times);
  for (const axis of others) withinScale(axis);
}

/** Leaves out a time at an end if it is wider than its place. */
function wholeTimes(axis: uPlot.Axis): void {
  const { values } = axis;
  if (typeof values !== 'function') return;
  axis.filter = (u, splits, ...rest) => {
    const texts = values(u, splits, ...rest);
    return splits.map((at, index) => (fits(u, at, String(texts[index] ?? '')) ? at : null));
  };
}

function fits(u: uPlot, at: number, text: string): boolean {
  const middle = u.bbox.left / devicePixelRatio + u.valToPos(at, 'x');
  const half = measureText(text, FONT_SIZE).width / 2;
  return middle - half >= 0 && middle + half <= u.width;
}

/** Leaves out labels outside of the scale: a logarithmic axis also labels the power below its start. */
function withinScale(axis: uPlot.Axis): void {
  const { filter, scale = 'y' } = axis;
  axis.filter = (u, splits, ...rest) => {
    const { min, max } = u.scales[scale] ?? {};
    const kept = filter?.(u, splits, ...rest) ?? splits;
    return kept.map((at) => (at !== null && at >= (min ?? at) && at <= (max ?? at) ? at : null));
  };
}
