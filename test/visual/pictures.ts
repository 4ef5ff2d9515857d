/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import type { Box } from './box.js';
import { drawUnexplained, isMuch, unexplained } from './pixels.js';
import { readTexts, saysOtherwise, type Text } from './texts.js';

const PARTS = 'header, [data-panel], main[data-page]';

interface Part extends Box {
  readonly name: string;
}

/** A picture without its parts. */
export interface Seen {
  readonly png: PNG;
  readonly texts: readonly Text[];
}

export interface Picture extends Seen {
  /** The file as the browser compresses it, which is smaller than with pngjs. */
  readonly file: Buffer;
  readonly parts: readonly Part[];
}

/** Takes a picture of the page down to the last panel, with the places of the panels. */
export async function take(page: Page): Promise<Picture> {
  const parts = await page.evaluate((parts) => {
    const elements = [...document.querySelectorAll(parts)];
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
  }, PARTS);
  const texts = await readTexts(page, PARTS);
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const bottom = Math.max(...parts.map((part) => part.y + part.height)) + 8;
  const clip = { x: 0, y: 0, width, height: Math.min(bottom, height) };
  const file = await page.screenshot({ clip });
  return { file, png: PNG.sync.read(file), parts, texts };
}

/** Returns the parts of a page that look different, each with the difference. */
export function differences(was: Seen, now: Picture): string[] {
  const { png, parts } = now;
  if (was.png.width !== png.width || was.png.height !== png.height) {
    return [
      `it is ${png.width} by ${png.height} pixels large, no longer ${was.png.width} by ${was.png.height}`,
    ];
  }
  const names = new Set([...was.texts.map(({ part }) => part), ...parts.map(({ name }) => name)]);
  return [...names].flatMap((name) => {
    const [before, after] = [was, now].map(({ texts }) => texts.filter(({ part }) => part === name));
    const part = parts.find((one) => one.name === name);
    if (!part) return [`${name}: is missing`];
    const said = saysOtherwise(before ?? [], after ?? []);
    if (said) return [`${name}: ${said}`];
    const pixels = unexplained(cut(was.png, part), cut(png, part), within(part, was, now));
    return isMuch(pixels) ? [`${name}: ${pixels} pixels of a square are not explained`] : [];
  });
}

/** Returns the places of the texts in all pictures, relative to the corner of the part. */
function within({ x, y }: Box, ...pictures: Seen[]): Box[] {
  return pictures.flatMap(({ texts }) => texts.map((text) => ({ ...text, x: text.x - x, y: text.y - y })));
}

function cut(from: PNG, { x, y, width, height }: Box): PNG {
  const piece = new PNG({ width, height: Math.min(height, from.height - y) });
  PNG.bitblt(from, piece, x, y, piece.width, piece.height, 0, 0);
  return piece;
}

/** Draws the differences in red. */
export function drawDifferences(was: Seen, now: Picture): Buffer {
  const isSame = was.png.width === now.png.width && was.png.height === now.png.height;
  return PNG.sync.write(isSame ? drawUnexplained(was.png, now.png, [...was.texts, ...now.texts]) : now.png);
}
