import { colorManipulator, type GrafanaTheme2 } from '@grafana/data';

type Rgb = readonly [number, number, number];

/** The colours from low to high, so that a higher count contrasts more with the background of the theme. */
const STOPS: Readonly<Record<'dark' | 'light', readonly string[]>> = {
  dark: ['#2b2119', '#6b3a12', '#b85c0f', '#ff9830', '#ffd9a8'],
  light: ['#fff1e0', '#ffcf99', '#ff9830', '#d1610a', '#7a3403'],
};
const SHADES = 64;

/** Returns a function from a share of the highest count, 0 to 1, to the shade of a heatmap. */
export function ramp({ isDark }: GrafanaTheme2): (share: number) => string {
  const stops = STOPS[isDark ? 'dark' : 'light'].map(toRgb);
  const shades = Array.from({ length: SHADES }, (_, index) => between(stops, index / (SHADES - 1)));
  return (share) => shades[Math.min(SHADES - 1, Math.max(0, Math.floor(share * SHADES)))] ?? '';
}

function toRgb(hex: string): Rgb {
  const { values } = colorManipulator.decomposeColor(hex) as { readonly values: number[] };
  return [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0];
}

function between(stops: readonly Rgb[], share: number): string {
  const place = share * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[index], stops[index + 1]];
  if (!from || !to) return '';
  const mixed = from.map((value, i) => Math.round(value + ((to[i] ?? 0) - value) * (place - index)));
  return `rgb(${mixed.join(', ')})`;
}
