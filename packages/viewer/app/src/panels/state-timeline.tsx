import { formattedValueToString, type GrafanaTheme2 } from '@grafana/data';
import {
  LegendDisplayMode,
  UPlotChart,
  useTheme2,
  VizLayout,
  VizLegend,
  type VizLegendItem,
  type VizLegendOptions,
} from '@grafana/ui';
import { useMemo, useRef } from 'react';
import type uPlot from 'uplot';
import { clockTime } from './clock-time.js';
import { lanesConfig } from './lanes.js';
import { Marks } from './marks.js';
import type { Drawn } from './panel.js';
import { type Spell, type Timeline, toTimelines } from './spells.js';
import { Tooltip } from './tooltip.js';

/** The greatest height of a bar in pixels, so that a single timeline does not fill its panel. */
const TALLEST = 40;

interface Options {
  readonly legend?: VizLegendOptions;
  readonly rowHeight?: number;
  readonly showValue?: 'auto' | 'always' | 'never';
}

export function StateTimelinePanel({ panel, frames, span, width, height }: Drawn) {
  const theme = useTheme2();
  const { legend, rowHeight = 0.9, showValue = 'auto' } = (panel.options ?? {}) as Options;
  const stepMs = frames[0]?.fields[0]?.config.interval ?? 15_000;
  // The first series is at the top.
  const timelines = useMemo(() => toTimelines(frames, stepMs).reverse(), [frames, stepMs]);
  const latest = useRef({ span, timelines });
  latest.current = { span, timelines };
  const names = timelines.map(({ name }) => name).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: rebuilt only for other series
  const config = useMemo(
    () =>
      lanesConfig({
        theme,
        span: () => latest.current.span,
        lanes: timelines.length,
        places: timelines.map((_, lane) => lane + 0.5),
        labels: (place) => timelines[Math.floor(place)]?.name ?? '',
        draw: (u) => draw(u, latest.current.timelines, { rowHeight, showValue }, theme),
      }),
    [theme, names, rowHeight, showValue],
  );
  const data = useMemo<uPlot.AlignedData>(() => {
    const times = [
      ...new Set(timelines.flatMap(({ spells }) => spells.flatMap(({ from, to }) => [from, to]))),
    ];
    times.sort((a, b) => a - b);
    return [times, times.map(() => timelines.length / 2)];
  }, [timelines]);
  const states = (
    <VizLayout.Legend placement={legend?.placement ?? 'bottom'}>
      <VizLegend
        placement={legend?.placement ?? 'bottom'}
        items={statesOf(timelines)}
        displayMode={LegendDisplayMode.List}
      />
    </VizLayout.Legend>
  );
  return (
    <VizLayout width={width} height={height} legend={legend?.showLegend ? states : null}>
      {(w: number, h: number) => (
        <UPlotChart config={config} data={data} width={w} height={h}>
          <Tooltip
            config={config}
            describe={(u) => {
              const at = u.posToVal(u.cursor.left ?? 0, 'x');
              const timeline = timelines[Math.floor(u.posToVal(u.cursor.top ?? 0, 'y'))];
              const spell = timeline?.spells.find(({ from, to }) => from <= at && at < to);
              if (!timeline || !spell) return undefined;
              const { state, from, to } = spell;
              const items = [
                { label: timeline.name, value: formattedValueToString(state), color: state.color },
                { label: 'from', value: clockTime(from) },
                { label: 'to', value: clockTime(to) },
              ];
              return { atMs: at, items };
            }}
          />
          <Marks config={config} />
        </UPlotChart>
      )}
    </VizLayout>
  );
}

function statesOf(timelines: readonly Timeline[]): VizLegendItem[] {
  const states = new Map<string, VizLegendItem>();
  for (const { state } of timelines.flatMap(({ spells }) => spells)) {
    const label = formattedValueToString(state);
    states.set(label, { label, color: state.color, yAxis: 1 });
  }
  return [...states.values()];
}

interface Look {
  readonly rowHeight: number;
  readonly showValue: 'auto' | 'always' | 'never';
}

function draw(u: uPlot, timelines: readonly Timeline[], look: Look, theme: GrafanaTheme2): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${12 * devicePixelRatio}px ${theme.typography.fontFamily}`;
  ctx.textBaseline = 'middle';
  // The axes set another alignment for their labels.
  ctx.textAlign = 'left';
  timelines.forEach(({ spells }, lane) => {
    const middle = u.valToPos(lane + 0.5, 'y', true);
    const place = Math.abs(u.valToPos(1, 'y', true) - u.valToPos(0, 'y', true)) * look.rowHeight;
    const tall = Math.min(place, TALLEST * devicePixelRatio);
    for (const spell of spells) drawSpell(u, spell, middle, tall, look, theme);
  });
  ctx.restore();
}

function drawSpell(
  u: uPlot,
  { from, to, state }: Spell,
  middle: number,
  tall: number,
  look: Look,
  theme: GrafanaTheme2,
): void {
  const { ctx, bbox } = u;
  const left = Math.max(u.valToPos(from, 'x', true), bbox.left);
  const right = Math.min(u.valToPos(to, 'x', true), bbox.left + bbox.width);
  if (right <= left) return;
  const colour = state.color ?? theme.colors.text.secondary;
  ctx.fillStyle = colour;
  ctx.fillRect(left, middle - tall / 2, Math.max(right - left - devicePixelRatio, 1), tall);
  const text = formattedValueToString(state);
  const pad = 6 * devicePixelRatio;
  const fits = ctx.measureText(text).width + 2 * pad < right - left;
  if (look.showValue === 'never' || (look.showValue === 'auto' && !fits)) return;
  ctx.fillStyle = theme.colors.getContrastText(colour, 4.5);
  ctx.fillText(text, left + pad, middle);
}
