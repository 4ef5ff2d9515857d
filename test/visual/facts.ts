/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';
import { BAD, WARN } from '../../dashboards/colours.js';
import { faultsOf } from '../e2e/viewer/faults.js';
import { LEGEND_SIGN, readTexts } from './texts.js';

/** The contrast that WCAG requires for graphics that are needed to understand the content. */
const LEAST_CONTRAST = 3;

/** Returns the visual faults of a page, on any machine. */
export async function wrongWith(page: Page): Promise<string[]> {
  const drawn = await page.evaluate(readDrawings);
  return [
    ...(await faultsOf(page)),
    ...drawn.flatMap(({ title, background, cut, lines, names }) => [
      ...cut.map((text) => `${title}: ${text} is cut on its canvas`),
      ...lines
        .filter(({ colour }) => !isGrid(colour))
        .filter(
          ({ colour, seen }) => contrast(over(colour, seen, background), toRgba(background)) < LEAST_CONTRAST,
        )
        .map(({ colour, seen }) => `${title}: a line of ${colour}, seen by ${seen}, is faint`),
      ...twice(names).map(([colour, two]) => `${title}: ${two.join(' and ')} are ${colour}`),
    ]),
  ];
}

/** Returns the texts in the colours for warnings or bad values, with their panel. */
export async function alarms(page: Page): Promise<string[]> {
  const texts = await readTexts(page, '[data-panel]');
  return texts
    .filter(({ colour, text }) => text !== LEGEND_SIGN && (colour === WARN || colour === BAD))
    .map(({ part, text }) => `${part}: ${text}`);
}

interface Drawing {
  readonly title: string;
  readonly background: string;
  readonly cut: readonly string[];
  readonly lines: readonly { readonly colour: string; readonly seen: number }[];
  /** The names in the legend, with their colours. */
  readonly names: readonly (readonly [name: string, colour: string])[];
}

/** Runs in the page. */
function readDrawings(): Drawing[] {
  const one = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!one) throw new Error('Expected a canvas');
  /** Returns a colour in the browser's own notation. */
  const computed = (colour: string) => {
    one.fillStyle = colour;
    return String(one.fillStyle);
  };
  return [...document.querySelectorAll('[data-panel]')].map((panel) => {
    const canvases = [...panel.querySelectorAll('canvas')];
    const drawn = canvases.flatMap((canvas) => window.drawnOn.get(canvas) ?? []);
    const cut = canvases.flatMap((canvas) =>
      (window.drawnOn.get(canvas)?.texts ?? [])
        .filter(
          ({ left, top, right, bottom }) =>
            left < -1 || top < -1 || right > canvas.width + 1 || bottom > canvas.height + 1,
        )
        .map(({ text }) => text),
    );
    const frame = [...panel.querySelectorAll('*')].find(
      (element) => !/^rgba\(0, 0, 0, 0\)$/.test(getComputedStyle(element).backgroundColor),
    );
    return {
      title: panel.ariaLabel ?? '',
      background: computed(getComputedStyle(frame ?? document.body).backgroundColor),
      cut,
      lines: drawn.flatMap(({ lines }) =>
        [...lines].map(([colour, seen]) => ({ colour: computed(colour), seen })),
      ),
      names: [...panel.querySelectorAll('[data-testid=series-icon]')].map((icon) => {
        const { backgroundColor, backgroundImage } = getComputedStyle(icon);
        const colour = backgroundImage === 'none' ? backgroundColor : backgroundImage;
        return [icon.parentElement?.textContent ?? '', colour] as const;
      }),
    };
  });
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Returns whether a line belongs to the grid, whose lines are nearly transparent on purpose. */
function isGrid(colour: string): boolean {
  return toRgba(colour)[3] < 0.2;
}

/** Parses the notation of a canvas: `#rrggbb` or `rgba(r, g, b, a)`. */
function toRgba(colour: string): Rgba {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  const [red = 0, green = 0, blue = 0, alpha = 1] = hex
    ? hex.slice(1).map((digits) => Number.parseInt(digits, 16))
    : (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

function over(colour: string, seen: number, background: string): Rgba {
  const [red, green, blue, alpha] = toRgba(colour);
  const [r, g, b] = toRgba(background);
  const share = alpha * seen;
  const mixed = (above: number, below: number) => above * share + below * (1 - share);
  return [mixed(red, r), mixed(green, g), mixed(blue, b), 1];
}

function contrast(a: Rgba, b: Rgba): number {
  const [dark = 0, bright = 0] = [a, b].map(luminance).sort((one, other) => one - other);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Rgba): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Returns the colours that several names share. */
function twice(names: Drawing['names']): [string, string[]][] {
  const byColour = new Map<string, string[]>();
  for (const [name, colour] of names) byColour.set(colour, [...(byColour.get(colour) ?? []), name]);
  return [...byColour].filter(([, several]) => several.length > 1);
}
