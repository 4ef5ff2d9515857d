import type { GrafanaTheme2 } from '@grafana/data';
import { measureText } from '@grafana/ui';
import type uPlot from 'uplot';
import { inLines } from '../model/lines.js';

const FONT_SIZE = 12;
const LINE_HEIGHT = 14;
/** The gap between a label and the plot, as at other axes; and a reserve for letters wider than measured. */
const GAP = 5;
const LEEWAY = 4;
/** The share of the plot's width that a label may take. A longer label continues in the next line. */
const MOST = 0.4;

interface Labels {
  readonly theme: GrafanaTheme2;
  readonly lanes: number;
  readonly places: readonly number[];
  readonly labels: (place: number) => string;
}

/** Draws labels beside lanes, in several lines if the plot is narrow. */
export function laneLabels({ theme, lanes, places, labels }: Labels) {
  const linesAt = (u: uPlot, place: number): string[] => {
    const room = Math.max(1, Math.floor(u.height / Math.max(lanes, 1) / LINE_HEIGHT));
    return inLines(labels(place), room, (line) => widthOf(line) <= u.width * MOST);
  };
  return {
    /** Reserves room for the labels. Call it from the plot's `init` hook. */
    reserve: ({ axes: [, axis] }: uPlot) => {
      if (axis)
        axis.size = (u) => Math.ceil(widest(places.flatMap((place) => linesAt(u, place)))) + GAP + LEEWAY;
    },
    draw: (u: uPlot) => {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.font = `${FONT_SIZE * devicePixelRatio}px ${theme.typography.fontFamily}`;
      ctx.fillStyle = theme.colors.text.primary;
      ctx.textAlign = 'right';
      ctx.textBaseline = 'middle';
      for (const place of places) {
        const lines = linesAt(u, place);
        lines.forEach((line, index) => {
          const down = (index - (lines.length - 1) / 2) * LINE_HEIGHT * devicePixelRatio;
          ctx.fillText(line, bbox.left - GAP * devicePixelRatio, u.valToPos(place, 'y', true) + down);
        });
      }
      ctx.restore();
    },
  };
}

function widthOf(line: string): number {
  return measureText(line, FONT_SIZE).width;
}

function widest(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
}
