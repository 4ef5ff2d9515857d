import { formattedValueToString, type GrafanaTheme2, getValueFormat } from '@grafana/data';
import { UPlotChart, useTheme2 } from '@grafana/ui';
import { useMemo, useRef } from 'react';
import type uPlot from 'uplot';
import { type Buckets, toBuckets } from './buckets.js';
import { Exemplars } from './exemplars.js';
import { lanesConfig } from './lanes.js';
import { Marks } from './marks.js';
import type { Drawn } from './panel.js';
import { ramp } from './ramp.js';
import { Tooltip } from './tooltip.js';

interface Options {
  readonly yAxis?: { readonly unit?: string; readonly decimals?: number };
  readonly color?: { readonly exponent?: number };
}

/** The height of an axis label in pixels. */
const LABEL_HEIGHT = 18;

export function HeatmapPanel({ panel, frames, span, exemplars, width, height }: Drawn) {
  const theme = useTheme2();
  const { yAxis, color } = (panel.options ?? {}) as Options;
  const buckets = useMemo(() => toBuckets(frames), [frames]);
  const latest = useRef({ span, buckets });
  latest.current = { span, buckets };
  const format = useMemo(() => {
    const formatter = getValueFormat(yAxis?.unit);
    return (bound: number | undefined) =>
      bound === undefined || bound === Number.POSITIVE_INFINITY
        ? '∞'
        : formattedValueToString(formatter(bound, yAxis?.decimals));
  }, [yAxis]);
  const boundsKey = buckets.bounds.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: rebuilt only for other buckets
  const config = useMemo(() => {
    const lanes = buckets.bounds.length;
    const every = Math.max(1, Math.ceil((lanes * LABEL_HEIGHT) / Math.max(height - 30, 1)));
    return lanesConfig({
      theme,
      span: () => latest.current.span,
      lanes,
      places: Array.from({ length: lanes }, (_, index) => index + 1).filter((place) => place % every === 0),
      labels: (place) => format(buckets.bounds[place - 1]),
      draw: (u) => draw(u, latest.current.buckets, color?.exponent ?? 0.5, theme),
    });
  }, [theme, boundsKey, format, color, height]);
  const data = useMemo<uPlot.AlignedData>(
    () => [[...buckets.times], buckets.times.map(() => buckets.bounds.length / 2)],
    [buckets],
  );
  return (
    <UPlotChart config={config} data={data} width={width} height={height}>
      <Tooltip
        config={config}
        describe={(u, indices) => {
          const column = indices[0] ?? -1;
          const lane = Math.floor(u.posToVal(u.cursor.top ?? 0, 'y'));
          const count = buckets.counts[lane]?.[column];
          if (count === undefined) return undefined;
          const label = `${lane === 0 ? '0' : format(buckets.bounds[lane - 1])} to ${format(buckets.bounds[lane])}`;
          return { atMs: buckets.times[column] ?? 0, items: [{ label, value: perSecond(count) }] };
        }}
      />
      <Marks config={config} />
      <Exemplars config={config} samples={exemplars} toY={(value) => laneOf(value, buckets)} />
    </UPlotChart>
  );
}

/** Returns the height of a value in lanes: a position within the lane of its bucket. */
function laneOf(value: number, { bounds }: Buckets): number {
  const lane = bounds.findIndex((bound) => value <= bound);
  const upper = bounds[lane] ?? Number.POSITIVE_INFINITY;
  const lower = bounds[lane - 1] ?? 0;
  const share = upper === Number.POSITIVE_INFINITY ? 0.5 : (value - lower) / (upper - lower);
  return Math.max(lane, 0) + Math.min(Math.max(share, 0), 1);
}

const perSecond = (count: number) =>
  formattedValueToString(getValueFormat('short')(count, count < 10 ? 2 : 0));

function draw(u: uPlot, { times, counts, max }: Buckets, exponent: number, theme: GrafanaTheme2): void {
  const { ctx, bbox } = u;
  const shade = ramp(theme);
  const gap = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const step = times.length > 1 ? (times[1] ?? 0) - (times[0] ?? 0) : 60_000;
  counts.forEach((row, lane) => {
    const bottom = u.valToPos(lane, 'y', true);
    const top = u.valToPos(lane + 1, 'y', true);
    row.forEach((count, column) => {
      if (count <= 1e-9) return;
      const right = u.valToPos(times[column] ?? 0, 'x', true);
      const left = u.valToPos((times[column] ?? 0) - step, 'x', true);
      ctx.fillStyle = shade((count / max) ** exponent);
      ctx.fillRect(left, top + gap / 2, Math.max(right - left - gap, gap), Math.max(bottom - top - gap, gap));
    });
  });
  ctx.restore();
}
