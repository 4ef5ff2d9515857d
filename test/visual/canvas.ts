/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What was drawn on a canvas since it was last cleared. */
export interface Drawn {
  /** Texts that reach beyond its edges. */
  readonly cut: Set<string>;
  /** Colours of lines, and how much of them is seen. */
  readonly lines: Map<string, number>;
}

declare global {
  interface Window {
    drawnOn: WeakMap<HTMLCanvasElement, Drawn>;
  }
}

/** Runs in the page before anything else: keeps what only the canvas knows. */
export function watchCanvases(): void {
  const drawnOn = new WeakMap<HTMLCanvasElement, Drawn>();
  window.drawnOn = drawnOn;
  const of = ({ canvas }: CanvasRenderingContext2D): Drawn => {
    const drawn = drawnOn.get(canvas) ?? { cut: new Set(), lines: new Map() };
    drawnOn.set(canvas, drawn);
    return drawn;
  };
  const { fillText, stroke, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    if (width >= this.canvas.width) drawnOn.delete(this.canvas);
    clearRect.call(this, x, y, width, height);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { actualBoundingBoxLeft: before, actualBoundingBoxRight: behind } = this.measureText(text);
    const from = this.getTransform().transformPoint({ x: x - before, y });
    const to = this.getTransform().transformPoint({ x: x + behind, y });
    const isCut = Math.min(from.x, to.x) < -1 || Math.max(from.x, to.x) > this.canvas.width + 1;
    if (isCut) of(this).cut.add(text);
    fillText.call(this, text, x, y, ...rest);
  };
  CanvasRenderingContext2D.prototype.stroke = function (...path: [] | [Path2D]) {
    const { strokeStyle, globalAlpha, lineWidth } = this;
    if (typeof strokeStyle === 'string' && lineWidth > 0) of(this).lines.set(strokeStyle, globalAlpha);
    if (path[0]) stroke.call(this, path[0]);
    else (stroke as () => void).call(this);
  };
}
