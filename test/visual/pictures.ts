/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';

/**
 * How far colours may lie apart, where 1 is black from white. Letters are drawn a little differently by each version
 * of a browser, which changes their edges.
 */
const THRESHOLD = 0.12;
/** So many pixels of a square of that width: edges are scattered, what is missing or of another colour is not. */
const SQUARE = 16;
const MOST_IN_SQUARE = 14;

interface Part {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  /** As the browser compresses it, which pngjs does worse. */
  readonly file: Buffer;
  readonly png: PNG;
  readonly parts: readonly Part[];
}

/** The page as far down as it has panels, and where they are. */
export async function take(page: Page): Promise<Picture> {
  const parts = await page.evaluate(() => {
    const elements = [...document.querySelectorAll('header, [data-panel], main[data-page]')];
    return elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const name = element.ariaLabel ?? element.tagName.toLowerCase();
      return {
        name,
        x: Math.round(x),
        y: Math.round(y),
        width: Math.round(width),
        height: Math.round(height),
      };
    });
  });
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const bottom = Math.max(...parts.map((part) => part.y + part.height)) + 8;
  const clip = { x: 0, y: 0, width, height: Math.min(bottom, height) };
  const file = await page.screenshot({ clip });
  return { file, png: PNG.sync.read(file), parts };
}

/** The parts of a page that do not look as they did, each with how. */
export function differences(was: PNG, { png, parts }: Picture): string[] {
  if (was.width !== png.width || was.height !== png.height) {
    return [`it is ${png.width} by ${png.height} pixels large, no longer ${was.width} by ${was.height}`];
  }
  return parts.flatMap((part) => {
    const most = mostDifferent(cut(was, part), cut(png, part));
    return most > MOST_IN_SQUARE ? [`${part.name}: ${most} pixels of a square of ${SQUARE} differ`] : [];
  });
}

function mostDifferent(a: PNG, b: PNG, drawn?: PNG): number {
  const options = { threshold: THRESHOLD, windowSize: SQUARE };
  return pixelmatch(a.data, b.data, drawn?.data, a.width, a.height, options);
}

function cut(from: PNG, { x, y, width, height }: Part): PNG {
  const piece = new PNG({ width, height: Math.min(height, from.height - y) });
  PNG.bitblt(from, piece, x, y, piece.width, piece.height, 0, 0);
  return piece;
}

/** Where they differ, in red. */
export function drawDifferences(was: PNG, { png }: Picture): Buffer {
  const drawn = new PNG({ width: png.width, height: png.height });
  if (was.width === png.width && was.height === png.height) mostDifferent(was, png, drawn);
  return PNG.sync.write(drawn);
}
