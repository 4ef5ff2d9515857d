import { styleText } from 'node:util';
import { clock, columns, duration, percent } from './format.js';
import { type Figures, OUTCOMES, type Outcome } from './queries.js';

const COLOURS = {
  ok: 'green',
  tool_error: 'yellow',
  client_error: 'blue',
  server_error: 'red',
  cancelled: 'gray',
} as const satisfies Record<Outcome, string>;

const WIDTH = 78;
const BAR_WIDTH = 24;
const MAX_TOOLS = 6;

export interface Links {
  /** The dashboards, alerts and requests. */
  readonly page: string;
  readonly mcp: string;
  readonly admin: string;
  readonly prometheus: string;
}

type Style = (format: 'bold' | 'dim' | (typeof COLOURS)[Outcome], text: string) => string;

const coloured: Style = (format, text) => styleText(format, text, { validateStream: false });
const plain: Style = (_, text) => text;

/** Returns the lines of a terminal's screen. They fit into 80 by 24 characters. */
export function screen(
  figures: Figures,
  seconds: number,
  links: Links,
  arrived: string,
  colours: boolean,
): string[] {
  const style = colours ? coloured : plain;
  return [
    ...title(seconds, links, style),
    ...summary(figures, style),
    '',
    ...OUTCOMES.map((outcome) => outcomeLine(outcome, figures, style)),
    '',
    ...toolLines(figures, style),
    '',
    ...[...linkLines(links).slice(1), ['collector', arrived] as const].map(([name, text]) => {
      return `  ${style('dim', name.padEnd(14))}${text}`;
    }),
  ];
}

/** Returns the addresses that a user can open, by name. */
export function linkLines({ page, mcp, admin, prometheus }: Links): [string, string][] {
  return [
    ['see it', page],
    ['MCP', mcp],
    ['metrics', `${admin}/metrics and /health`],
    ['Prometheus', prometheus],
  ];
}

/**
 * Returns the first lines: where to look and how to end.
 * They are short, so that the smallest terminal shows them.
 */
function title(seconds: number, { page }: Links, style: Style): string[] {
  const name = 'The notes server under load, as Prometheus sees it';
  return [
    `${style('bold', page)}   Ctrl-C ends`,
    `${style('dim', name)}${clock(seconds).padStart(WIDTH - name.length)}`,
  ];
}

function summary(figures: Figures, style: Style): string[] {
  const { requests, outcomes, inFlight } = figures;
  const pair = (name: string, value: string) => `${style('dim', name.padEnd(14))}${value.padEnd(20)}`;
  const quantiles = (['p50', 'p95', 'p99'] as const).map((name) => {
    return `${style('dim', name)} ${duration(figures[name]).padEnd(10)}`;
  });
  const failed = 1 - (outcomes.get('ok') ?? 0) / requests;
  return [
    `  ${pair('requests', `${requests.toFixed(1)}/s`)}${pair('in flight', String(inFlight))}`,
    `  ${pair('not ok', `${percent(failed)}, on purpose`)}${pair('connections', connections(figures))}`,
    `  ${style('dim', 'duration'.padEnd(14))}${quantiles.join('')}`,
  ].map((line) => line.trimEnd());
}

/** Formats the number of open connections by transport. */
export function connections({ connections }: Figures): string {
  const used = [...connections].filter(([, count]) => count > 0);
  return used.map(([transport, count]) => `${count} ${transport}`).join(', ') || '0';
}

function outcomeLine(outcome: Outcome, { outcomes, requests }: Figures, style: Style): string {
  const perSecond = outcomes.get(outcome) ?? 0;
  const share = perSecond / requests;
  // Even a rare failure gets a visible bar.
  const length = perSecond > 0 ? Math.max(1, Math.round(share * BAR_WIDTH)) : 0;
  const numbers = columns(outcome, `${perSecond.toFixed(1)}/s`, percent(share));
  return length > 0 ? `${numbers}   ${style(COLOURS[outcome], '█'.repeat(length))}` : numbers;
}

function toolLines({ tools }: Figures, style: Style): string[] {
  const rows = tools.slice(0, MAX_TOOLS).map(({ name, calls, failed, p95 }) => {
    return columns(name, `${calls.toFixed(1)}/s`, percent(failed), duration(p95));
  });
  return [style('dim', columns('tool', 'calls', 'not ok', 'p95')), ...rows];
}
