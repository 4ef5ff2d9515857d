import { PNG } from 'pngjs';
import type { Box } from './box.js';

/**
 * How far a pixel may be from the pixels that explain it. Browsers draw edges harder or softer. They also
 * move a plot a pixel to the right if they find the labels of its axis wider.
 */
const REACH = 2;
/** How far a colour of a pixel, 0 to 255, may be outside the range of the pixels around it. */
const LEEWAY = 26;
/**
 * The width of a square, and its most unexplained pixels.
 * Missing or recoloured content is not scattered, unlike noise.
 */
const SQUARE = 16;
const MOST_IN_SQUARE = 10;
/** The margin around letters, whose edges are soft. */
const MARGIN = 2;

const RED = [255, 0, 0, 255] as const;

/**
 * Returns the highest number of unexplained pixels in a square, except for texts. A pixel is explained if
 * each of its colours is between the lowest and the highest value around its place in the other picture.
 */
export function unexplained(a: PNG, b: PNG, texts: readonly Box[]): number {
  const marks = unexplainedPixels(a, b, texts);
  const { width, height } = a;
  let most = 0;
  for (let top = 0; top < height; top += SQUARE / 2) {
    for (let left = 0; left < width; left += SQUARE / 2) {
      let count = 0;
      for (let y = top; y < Math.min(top + SQUARE, height); y++) {
        for (let x = left; x < Math.min(left + SQUARE, width); x++) count += marks[y * width + x] ?? 0;
      }
      most = Math.max(most, count);
    }
  }
  return most;
}

export function isMuch(pixels: number): boolean {
  return pixels > MOST_IN_SQUARE;
}

/** Returns the second picture in pale colours, with unexplained pixels in red. */
export function drawUnexplained(a: PNG, b: PNG, texts: readonly Box[]): PNG {
  const marks = unexplainedPixels(a, b, texts);
  const drawn = new PNG({ width: a.width, height: a.height });
  marks.forEach((mark, index) => {
    const pale = [0, 1, 2].map((channel) => 170 + (b.data[index * 4 + channel] ?? 0) / 3);
    drawn.data.set(mark ? RED : [...pale, 255], index * 4);
  });
  return drawn;
}

function unexplainedPixels(a: PNG, b: PNG, texts: readonly Box[]): Uint8Array {
  const { width, height } = a;
  const marks = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Most pixels are the same, so the slow check is not needed.
      if (isNear(a, b, (y * width + x) * 4)) continue;
      if (!isExplained(a, b, x, y) || !isExplained(b, a, x, y)) marks[y * width + x] = 1;
    }
  }
  for (const text of texts) clear(marks, width, height, text);
  return marks;
}

function isNear({ data: a }: PNG, { data: b }: PNG, at: number): boolean {
  for (let index = at; index < at + 3; index++) {
    if (Math.abs((a[index] ?? 0) - (b[index] ?? 0)) > LEEWAY) return false;
  }
  return true;
}

function isExplained(one: PNG, { data, width, height }: PNG, x: number, y: number): boolean {
  for (let channel = 0; channel < 3; channel++) {
    let [least, most] = [255, 0];
    for (let row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row++) {
      for (let column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column++) {
        const around = data[(row * width + column) * 4 + channel] ?? 0;
        if (around < least) least = around;
        if (around > most) most = around;
      }
    }
    const value = one.data[(y * width + x) * 4 + channel] ?? 0;
    if (value < least - LEEWAY || value > most + LEEWAY) return false;
  }
  return true;
}

function clear(marks: Uint8Array, width: number, height: number, { x, y, ...size }: Box): void {
  const [left, right] = [
    Math.max(0, Math.floor(x) - MARGIN),
    Math.min(width, Math.ceil(x + size.width) + MARGIN),
  ];
  const [top, bottom] = [
    Math.max(0, Math.floor(y) - MARGIN),
    Math.min(height, Math.ceil(y + size.height) + MARGIN),
  ];
  for (let row = top; row < bottom; row++)
    marks.fill(0, row * width + left, Math.max(row * width + right, row * width + left));
}
