/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** A text, and its place on its canvas. */
export interface Written {
  readonly text: string;
  readonly colour: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** All that was drawn on a canvas since it was last cleared. */
export interface Drawn {
  readonly texts: Written[];
  /** The colours of lines, and how opaque they are. */
  readonly lines: Map<string, number>;
}

declare global {
  interface Window {
    drawnOn: WeakMap<HTMLCanvasElement, Drawn>;
  }
}

/** Runs in the page before anything else, and remembers what is drawn on canvases. */
export function watchCanvases(): void {
  const drawnOn = new WeakMap<HTMLCanvasElement, Drawn>();
  window.drawnOn = drawnOn;
  const of = ({ canvas }: CanvasRenderingContext2D): Drawn => {
    const drawn = drawnOn.get(canvas) ?? { texts: [], lines: new Map() };
    drawnOn.set(canvas, drawn);
    return drawn;
  };
  const written = (context: CanvasRenderingContext2D, text: string, x: number, y: number): Written => {
    const box = context.measureText(text);
    const corners = [
      { x: x - box.actualBoundingBoxLeft, y: y - box.actualBoundingBoxAscent },
      { x: x + box.actualBoundingBoxRight, y: y + box.actualBoundingBoxDescent },
    ].map((corner) => context.getTransform().transformPoint(corner));
    const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
    return {
      text,
      colour: String(context.fillStyle),
      left: Math.min(...xs),
      top: Math.min(...ys),
      right: Math.max(...xs),
      bottom: Math.max(...ys),
    };
  };
  const { fillText, stroke, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    if (width >= this.canvas.width) drawnOn.delete(this.canvas);
    clearRect.call(this, x, y, width, height);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    if (text !== '') of(this).texts.push(written(this, text, x, y));
    fillText.call(this, text, x, y, ...rest);
  };
  CanvasRenderingContext2D.prototype.stroke = function (...path: [] | [Path2D]) {
    const { strokeStyle, globalAlpha, lineWidth } = this;
    if (typeof strokeStyle === 'string' && lineWidth > 0) of(this).lines.set(strokeStyle, globalAlpha);
    if (path[0]) stroke.call(this, path[0]);
    else (stroke as () => void).call(this);
  };
}
