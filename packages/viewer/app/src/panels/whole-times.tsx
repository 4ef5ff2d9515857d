import { measureText, type UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type uPlot from 'uplot';

const FONT_SIZE = 12;

/** Goes into a plot, as `wholeTimes` for those that somebody else configures. */
export function WholeTimes({ config }: { readonly config: UPlotConfigBuilder }) {
  useLayoutEffect(() => config.addHook('init', wholeTimes), [config]);
  return null;
}

/** Leaves out the times at the ends of the axis of a plot that would be cut there; to be called when it begins. */
export function wholeTimes({ axes: [axis] }: uPlot): void {
  const { values } = axis ?? {};
  if (!axis || typeof values !== 'function') return;
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
