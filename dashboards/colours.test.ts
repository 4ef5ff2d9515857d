import { describe, expect, it } from 'vitest';
import * as colours from './colours.js';

type Triple = readonly [number, number, number];

const BACKGROUNDS = { dark: '#181b1f', light: '#ffffff' } as const;
const { GOOD, WARN, BAD, NEUTRAL, ABSENT: _, asLine: __, ...others } = colours;
const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  JUDGEMENTS: { GOOD, WARN, BAD, NEUTRAL },
  ...others,
};

/**
 * The least distance between two colours, in steps of a hundred from black to white. Closer colours look
 * alike in thin lines.
 */
const LEAST_DISTANCE = 10;
/** The number of colours in a list that are compared: no palette has more that all eyes can distinguish. */
const SEEN_MOST = 5;

/** How people with colour blindness see linear light: Machado, Oliveira and Fernandes, 2009. */
const EYES: Readonly<Record<string, readonly Triple[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no cones for red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no cones for green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

describe.each(Object.entries(GROUPS))('the colours of %s', (_, group) => {
  it.each(Object.entries(BACKGROUNDS))('stand out from a %s background', (_, background) => {
    const faint = Object.entries(group).filter(([, colour]) => contrast(colour, background) < 3);
    expect(faint).toEqual([]);
  });

  it.each(Object.entries(EYES))('can be distinguished with %s', (_, eyes) => {
    expect(alike(Object.entries(group).slice(0, SEEN_MOST), eyes)).toEqual([]);
  });

  it('are all different', () => {
    expect(alike(Object.entries(group), EYES['all cones']!)).toEqual([]);
  });
});

/** Lists whose items are good or bad. Only they use the colours for good and bad. */
const JUDGED = [
  'JUDGEMENTS',
  'OUTCOME_COLOURS',
  'LEVEL_COLOURS',
  'STATUS_COLOURS',
  'FAILURE_COLOURS',
  'TRANSACTION_COLOURS',
  'CACHE_COLOURS',
  'DELIVERY_COLOURS',
];

it.each(Object.entries(GROUPS).filter(([name]) => !JUDGED.includes(name)))(
  '%s, which are neither good nor bad, do not use these colours',
  (_, group) => {
    const judging = Object.entries(group).filter(([, colour]) => [GOOD, WARN, BAD].includes(colour as never));
    expect(judging).toEqual([]);
  },
);

it('fails for colours that are too faint or too close', () => {
  expect(contrast('#c8f2c2', BACKGROUNDS.light)).toBeLessThan(3);
  const near = alike([...Object.entries({ pink: '#d957a0', grey: '#8a8f98' })], EYES['no cones for green']!);
  expect(near).toHaveLength(1);
});

function alike(group: readonly [string, string][], eyes: readonly Triple[]): string[] {
  return group.flatMap(([name, colour], index) =>
    group
      .slice(index + 1)
      .map(([other, its]) => ({
        pair: `${name} and ${other}`,
        apart: distance(seen(colour, eyes), seen(its, eyes)),
      }))
      .filter(({ apart }) => apart < LEAST_DISTANCE)
      .map(({ pair, apart }) => `${pair}: ${apart.toFixed(1)}`),
  );
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  return product([0.2126, 0.7152, 0.0722], linear(colour));
}

/** Returns the colour as it is seen, in CIELAB. */
function seen(colour: string, eyes: readonly Triple[]): Triple {
  const light = linear(colour);
  const [red = 0, green = 0, blue = 0] = eyes.map((row) => Math.min(1, Math.max(0, product(row, light))));
  const rgb: Triple = [red, green, blue];
  const x = root(product([0.4124, 0.3576, 0.1805], rgb) / 0.9505);
  const y = root(product([0.2126, 0.7152, 0.0722], rgb));
  const z = root(product([0.0193, 0.1192, 0.9505], rgb) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function root(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));
}

function linear(colour: string): Triple {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return [red, green, blue];
}

function product(row: Triple, values: Triple): number {
  return row[0] * values[0] + row[1] * values[1] + row[2] * values[2];
}
