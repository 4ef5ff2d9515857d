/** Rules about readability, which no query can show. Each rule returns its findings. */

import * as colours from '../../dashboards/colours.js';
import { type Dashboard, isPrometheus, type Panel, panelsOf, type Target } from './model.js';

type Check = (dashboard: Dashboard) => string[];

/** A column of a window with 1440 pixels: the width of the grid, without the space outside panels. */
const COLUMN = (1440 - 16) / 24;
const ROW = 38;
const GAP = 8;
/** Beside a title: padding, and the icon of its description. */
const TITLE_FRAME = 48;
const TITLE_LETTER = 7.5;
const TITLE_HEIGHT = 40;
/** The width of a letter in a legend. */
const NAME_LETTER = 6.5;
const NAME_FRAME = 30;
const LEGEND_LINE = 22;
/** The width of a letter in a column header; the sort icon is beside the sorted one. */
const HEAD_LETTER = 7.5;
const HEAD_FRAME = 14;
const SORT_SIGN = 20;
const LEAST_CURVE = 2 / 3;
/** The rows that a screen of 1080 pixels shows below Grafana's own bars. */
const SCREEN_ROWS = 25;

const COLOURS = new Set(
  Object.values(colours).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value))),
);
/** Metrics whose values are a few states. */
const STATES = /\b(up|pmcp_ready|pmcp_health_check_up|pg_up|redis_up|kube_pod_status_ready|\w+_info)\{/;
const LIMITS = /\b\w+_(limit|limit_bytes|max_bytes|max_fds|max_connections)\{/;
/** CPU seconds per second are a share of a CPU. */
const PROCESSORS = /\b\w*cpu\w*_seconds_total\{/;

export const LOOKS: Readonly<Record<string, Check>> = {
  'no title is cut': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ title, gridPos: { w } }) => title.length * TITLE_LETTER + TITLE_FRAME > width(w))
      .map(({ title }) => title),
  'legends are lists below the curves, without values that take their room': (dashboard) =>
    courses(dashboard)
      .filter(({ options }) => {
        const { displayMode, placement, calcs = [] } = options?.legend ?? {};
        return displayMode !== 'list' || placement !== 'bottom' || calcs.length > 0;
      })
      .map(({ title }) => title),
  'curves have two thirds of their panel': (dashboard) =>
    courses(dashboard)
      .filter((panel) => {
        const height = panel.gridPos.h * ROW - GAP;
        return height - TITLE_HEIGHT - legendHeight(panel) < height * LEAST_CURVE;
      })
      .map(({ title }) => title),
  'every curve has a colour by its meaning, and a name if it is not alone': (dashboard) =>
    courses(dashboard).flatMap((panel) =>
      (panel.targets ?? [])
        .filter(({ legendFormat = '', exemplar }) => !exemplar && !isColoured(panel, legendFormat))
        .map(({ legendFormat }) => `${panel.title}: ${legendFormat}`),
    ),
  'no two curves of a panel have the same colour': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'timeseries')
      .filter((panel) => {
        const used = [...fixedColours(panel).values()];
        return new Set(used).size < used.length;
      })
      .map(({ title }) => title),
  'all colours have a meaning': ({ panels, annotations }) =>
    [...JSON.stringify([panels, annotations]).matchAll(/"(?:color|fixedColor|iconColor)":"([^"]+)"/g)]
      .map(([, colour = '']) => colour)
      .filter((colour) => !COLOURS.has(colour.replace(/^(#.{6})fe$/, '$1'))),
  'areas are sums, and lines are not filled': (dashboard) =>
    courses(dashboard)
      .filter(({ fieldConfig }) => {
        const { fillOpacity, drawStyle, stacking } = fieldConfig?.defaults.custom ?? {};
        const isSum = stacking?.mode === 'normal' || drawStyle === 'bars';
        return isSum !== (fillOpacity ?? 0) > 0;
      })
      .map(({ title }) => title),
  'limits are shares, and do not set the scale': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) => targets.some(({ expr = '' }) => LIMITS.test(expr)))
      .filter(({ fieldConfig }) => fieldConfig?.defaults.unit !== 'percentunit')
      .map(({ title }) => title),
  'values of different magnitudes can be read on one axis': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) => isBurnRate(targets) || areQuantiles(targets))
      .filter(({ fieldConfig }) => !fieldConfig?.defaults.custom?.scaleDistribution?.type?.endsWith('log'))
      .map(({ title }) => title),
  'the use of a CPU is a share of it': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) => targets.some(({ expr = '' }) => PROCESSORS.test(expr)))
      .filter(({ fieldConfig }) => fieldConfig?.defaults.unit !== 'percentunit')
      .map(({ title }) => title),
  'states are not drawn as curves': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) =>
        targets.some(({ expr = '' }) => STATES.test(expr) && !/ and on /.test(expr)),
      )
      .map(({ title }) => title),
  'values that only grow with time are not drawn as curves': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) => targets.some(({ expr = '' }) => /\btime\(\) - /.test(expr)))
      .map(({ title }) => title),
  'a budget is shown once it is known, and explained before that': (dashboard) =>
    panelsOf(dashboard)
      .filter((panel) =>
        (panel.targets ?? []).some(
          ({ expr = '' }) => /budget_remaining/.test(expr) && !isKnownFirst(panel, expr),
        ),
      )
      .map(({ title }) => title),
  'stat panels show a value without waiting for a full window': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'stat')
      .filter(({ fieldConfig }) => !['percentunit', 's'].includes(fieldConfig?.defaults.unit ?? ''))
      // A recorded rate may stand in where the last two scrapes say nothing.
      .filter(({ targets = [] }) =>
        targets.some(({ expr = '' }) => /^(?!.*\birate\(.* or ).*:rate\d+[mhd]\b/.test(expr)),
      )
      .map(({ title }) => title),
  'empty cells show a sign': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'table')
      .flatMap(({ title, fieldConfig }) =>
        (fieldConfig?.overrides ?? [])
          .filter(({ properties }) => properties.some(({ id }) => id === 'unit'))
          .filter(({ properties }) => !properties.some(({ id, value }) => id === 'noValue' && value))
          .map(({ matcher }) => `${title}: ${matcher.options}`),
      ),
  'missing values have no colour for good or bad': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'table')
      .flatMap(({ title, fieldConfig }) =>
        (fieldConfig?.overrides ?? [])
          .filter(({ properties }) => properties.some(({ id }) => id === 'thresholds'))
          .filter(({ properties }) => !JSON.stringify(properties).includes('"match":"null"'))
          .map(({ matcher }) => `${title}: ${matcher.options}`),
      ),
  'no column header is cut': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'table')
      .flatMap(({ title, fieldConfig, options }) =>
        (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) => {
          const head = String(matcher.options);
          const width = properties.find(({ id }) => id === 'custom.width')?.value;
          const isSorted = options?.sortBy?.[0]?.displayName === head;
          const needed = head.length * HEAD_LETTER + HEAD_FRAME + (isSorted ? SORT_SIGN : 0);
          return typeof width === 'number' && width < needed ? [`${title}: ${head}`] : [];
        }),
      ),
  'names that look like numbers stay names': (dashboard) =>
    panelsOf(dashboard)
      .filter(
        (panel) =>
          isPrometheus(panel) && panel.type === 'table' && panel.fieldConfig?.defaults.unit !== 'string',
      )
      .map(({ title }) => title),
  'an empty panel explains why it is empty': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ fieldConfig }) => !fieldConfig?.defaults.noValue)
      .filter(({ targets = [] }) => !targets.every(({ expr = '' }) => expr.endsWith(' or vector(0)')))
      .map(({ title }) => title),
  'counts are shown exactly, not in thousands': (dashboard) =>
    figures(dashboard)
      .filter(({ unit, decimals }) => unit === 'short' || (unit === 'locale' && decimals !== 0))
      .map(({ name }) => name),
  'bytes have the same unit everywhere': (dashboard) =>
    [
      ...JSON.stringify(dashboard.panels).matchAll(/"(?:unit|value)":"(decbytes|Bps|[KMGT]Bs|decbits|bps)"/g),
    ].map(([, unit = '']) => unit),
  'of lines that may be equal the worst is drawn last, and so on top': (dashboard) =>
    courses(dashboard)
      .filter(({ targets = [] }) => targets.some(({ legendFormat }) => legendFormat === 'highest'))
      .filter(({ targets = [] }) => targets.at(-1)?.legendFormat !== 'highest')
      .map(({ title }) => title),
  'empty bars draw no line': (dashboard) =>
    courses(dashboard)
      .filter(({ fieldConfig }) => fieldConfig?.defaults.custom?.drawStyle === 'bars')
      .filter(({ fieldConfig }) => fieldConfig?.defaults.custom?.lineWidth !== 0)
      .map(({ title }) => title),
  'drawings in cells have the same name everywhere': (dashboard) =>
    overrides(dashboard)
      .filter(({ properties }) => JSON.stringify(properties).includes('"type":"sparkline"'))
      .filter(({ matcher }) => matcher.options !== 'Trend')
      .map(({ matcher }) => String(matcher.options)),
  'the overview fits one screen': ({ uid, panels }) =>
    uid === 'pmcp-overview'
      ? panels.filter(({ gridPos: { y, h } }) => y + h > SCREEN_ROWS).map(({ title }) => title)
      : [],
};

interface Figure {
  readonly name: string;
  readonly unit?: unknown;
  readonly decimals?: unknown;
}

/** Returns what is read as a number: stat panels, and columns of tables. */
function figures(dashboard: Dashboard): Figure[] {
  const tiles = panelsOf(dashboard)
    .filter(({ type }) => type === 'stat')
    .map(({ title, fieldConfig }) => ({ name: title, ...fieldConfig?.defaults }));
  const columns = overrides(dashboard).map(({ matcher, properties }) => ({
    name: String(matcher.options),
    ...Object.fromEntries(properties.map(({ id, value }) => [id, value])),
  }));
  return [...tiles, ...columns];
}

function overrides(dashboard: Dashboard) {
  return panelsOf(dashboard).flatMap(({ fieldConfig }) => fieldConfig?.overrides ?? []);
}

function courses(dashboard: Dashboard): Panel[] {
  return panelsOf(dashboard).filter(({ type }) => type === 'timeseries');
}

function isBurnRate(targets: readonly Target[]): boolean {
  return targets.some(({ expr = '' }) => /slo:pmcp_error_ratio/.test(expr) && !/budget_remaining/.test(expr));
}

function areQuantiles(targets: readonly Target[]): boolean {
  return ['p50', 'p99'].every((name) => targets.some(({ legendFormat }) => legendFormat === name));
}

function width(columns: number): number {
  return columns * COLUMN - GAP;
}

/** The height of the legend when all names with a colour are present. */
function legendHeight(panel: Panel): number {
  if (!panel.options?.legend?.showLegend) return 0;
  const names = [...fixedColours(panel).keys()];
  const wide = names.reduce((sum, name) => sum + name.length * NAME_LETTER + NAME_FRAME, 0);
  return Math.ceil(wide / width(panel.gridPos.w)) * LEGEND_LINE;
}

/** Returns the colours that a panel assigns to series by name. */
function fixedColours({ fieldConfig }: Panel): Map<string, string> {
  return new Map(
    (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) =>
      properties
        .filter(({ id }) => id === 'color')
        .map(({ value }): [string, string] => [
          String(matcher.options),
          String((value as { fixedColor?: string }).fixedColor),
        ]),
    ),
  );
}

/** Returns whether series that are named after a label have the colours of its values. */
function isColoured(panel: Panel, legend: string): boolean {
  const known = fixedColours(panel);
  return /^\{\{\w+\}\}$/.test(legend) ? known.size > 1 : known.has(legend);
}

function isKnownFirst({ fieldConfig }: Panel, expr: string): boolean {
  return / and .* offset 1d.* and .*errors_allowed/.test(expr) && Boolean(fieldConfig?.defaults.noValue);
}
