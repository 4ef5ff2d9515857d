import type { UPlotConfigBuilder } from '@grafana/ui';
import { useTheme2 } from '@grafana/ui';
import { useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type uPlot from 'uplot';
import { type Mark, useShared } from '../dashboard/context.js';
import { clockTime } from './clock-time.js';

/** Draws events into a plot: a dashed line at the start of each, a bar below the plot for its duration. */
export function Marks({ config }: { readonly config: UPlotConfigBuilder }) {
  const { marks } = useShared();
  const theme = useTheme2();
  const plot = useRef<uPlot | undefined>(undefined);
  const [shown, show] = useState<{ readonly u: uPlot } | undefined>(undefined);
  const current = useRef(marks);
  current.current = marks;
  useLayoutEffect(() => {
    config.addHook('init', (u) => {
      plot.current = u;
    });
    config.addHook('draw', (u) => {
      for (const mark of current.current) draw(u, mark, theme.visualization.getColorByName(mark.colour));
      show({ u });
    });
  }, [config, theme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other marks need a new drawing
  useLayoutEffect(() => {
    plot.current?.redraw(false);
  }, [marks]);
  if (!shown) return null;
  return createPortal(
    marks.map((mark) => {
      const left = shown.u.valToPos(mark.atMs, 'x');
      if (!(left >= 0 && left <= shown.u.over.clientWidth)) return null;
      const label = `${mark.title}, ${clockTime(mark.atMs)}${mark.untilMs > mark.atMs ? ` to ${clockTime(mark.untilMs)}` : ''}`;
      return (
        <span
          key={`${mark.title}${mark.atMs}`}
          role="img"
          style={{ ...FLAG, left }}
          title={label}
          aria-label={label}
          data-mark
        />
      );
    }),
    shown.u.over,
  );
}

/** The area that shows a mark's title under the pointer: at the foot of its line, away from the curves. */
const FLAG = { position: 'absolute', bottom: -4, width: 11, height: 12, marginLeft: -5 } as const;

function draw(u: uPlot, { atMs, untilMs }: Mark, colour: string): void {
  const { ctx, bbox } = u;
  const clamp = (x: number) => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
  const from = u.valToPos(atMs, 'x', true);
  const to = u.valToPos(untilMs, 'x', true);
  if (to < bbox.left || from > bbox.left + bbox.width) return;
  ctx.save();
  ctx.fillStyle = colour;
  const thickness = 3 * devicePixelRatio;
  ctx.fillRect(clamp(from), bbox.top + bbox.height, Math.max(clamp(to) - clamp(from), thickness), thickness);
  if (from >= bbox.left) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(from, bbox.top);
    ctx.lineTo(from, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
