/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';
import type { Box } from './box.js';

/** A text on a page, or the colour sign of a name in a legend, with its place. */
export interface Text extends Box {
  /** The part of the page that it belongs to. */
  readonly part: string;
  readonly text: string;
  readonly colour: string;
}

/** Represents the sign of a name in a legend, which is no text. */
export const LEGEND_SIGN = '▬';

/**
 * How far letters may move between browsers.
 * Some round the place of each letter to whole pixels, others do not.
 */
const MOST_ASIDE = 8;
const MOST_UP = 3;

/** Returns all texts of the page's parts in order, each with its colour. */
export async function readTexts(page: Page, selector: string): Promise<Text[]> {
  return page.evaluate(
    ({ parts, sign }) => {
      const context = document.createElement('canvas').getContext('2d');
      const hex = (colour: string) => {
        if (!context) return colour;
        context.fillStyle = '#000';
        context.fillStyle = colour;
        return String(context.fillStyle);
      };
      const inDom = (part: string, element: Element): Text[] => {
        const found: Text[] = [];
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const range = document.createRange();
          range.selectNodeContents(node);
          const { x, y, width, height } = range.getBoundingClientRect();
          const text = (node.textContent ?? '').replace(/\s+/g, ' ').trim();
          const { parentElement: parent } = node;
          // Texts that are only for screen readers are a pixel wide.
          if (!parent || text === '' || width <= 1 || parent.clientWidth === 1) continue;
          found.push({ part, text, colour: hex(getComputedStyle(parent).color), x, y, width, height });
        }
        return found;
      };
      const onCanvas = (part: string, canvas: HTMLCanvasElement): Text[] => {
        const { x, y, width } = canvas.getBoundingClientRect();
        const scale = width / canvas.width;
        return (window.drawnOn.get(canvas)?.texts ?? []).map(
          ({ text, colour, left, top, right, bottom }) => ({
            part,
            text,
            colour: hex(colour),
            x: x + left * scale,
            y: y + top * scale,
            width: (right - left) * scale,
            height: (bottom - top) * scale,
          }),
        );
      };
      const inLegend = (part: string, icon: Element): Text => {
        const { x, y, width, height } = icon.getBoundingClientRect();
        const { backgroundColor, backgroundImage } = getComputedStyle(icon);
        const colour = backgroundImage === 'none' ? backgroundColor : backgroundImage;
        return { part, text: sign, colour: hex(colour), x, y, width, height };
      };
      return [...document.querySelectorAll(parts)].flatMap((element) => {
        const part = element.ariaLabel ?? element.tagName.toLowerCase();
        const canvases = [...element.querySelectorAll('canvas')];
        const icons = [...element.querySelectorAll('[data-testid=series-icon]')];
        return [
          ...inDom(part, element),
          ...icons.map((icon) => inLegend(part, icon)),
          ...canvases.flatMap((canvas) => onCanvas(part, canvas)),
        ];
      });
    },
    { parts: selector, sign: LEGEND_SIGN },
  );
}

/** Returns a line for each text, as committed next to the picture. */
export function listed(texts: readonly Text[]): string {
  const lines = texts.map(({ part, text, colour, x, y, width, height }) =>
    [part, text, colour, ...[x, y, width, height].map(Math.round)].join('\t'),
  );
  return `${lines.join('\n')}\n`;
}

export function unlisted(list: string): Text[] {
  return list
    .trim()
    .split('\n')
    .map((line) => {
      const [part = '', text = '', colour = '', ...box] = line.split('\t');
      const [x = 0, y = 0, width = 0, height = 0] = box.map(Number);
      return { part, text, colour, x, y, width, height };
    });
}

/** Returns how the texts of a part differ: in words, colours, order or place. */
export function saysOtherwise(was: readonly Text[], now: readonly Text[]): string | undefined {
  for (let index = 0; index < Math.max(was.length, now.length); index++) {
    const [before, after] = [was[index], now[index]];
    if (!after) return `“${before?.text}” is missing`;
    if (!before) return `“${after.text}” is new`;
    if (before.text !== after.text) return `“${before.text}” became “${after.text}”`;
    if (before.colour !== after.colour)
      return `“${after.text}” was ${before.colour} and is ${after.colour} now`;
    if (isElsewhere(before, after)) return `“${after.text}” stands elsewhere`;
  }
  return undefined;
}

/**
 * Returns whether a text has moved.
 * It is aligned left, centred or right, and one of these places must be the same.
 */
function isElsewhere(a: Box, b: Box): boolean {
  const aside = [0, 0.5, 1].map((share) => Math.abs(a.x + a.width * share - b.x - b.width * share));
  const up = Math.abs(a.y + a.height / 2 - b.y - b.height / 2);
  return Math.min(...aside) > MOST_ASIDE || up > MOST_UP;
}
