import { styleText } from 'node:util';
import type { Figures } from './queries.js';

/** Outcomes in the order in which they matter, with their colours. */
const OUTCOMES = {
  ok: 'green',
  tool_error: 'yellow',
  client_error: 'blue',
  server_error: 'red',
  cancelled: 'gray',
} as const;

const MAX_TOOLS = 6;
const BAR_WIDTH = 24;

export interface Links {
  readonly mcp: string;
  readonly admin: string;
  readonly prometheus: string;
}

type Style = (colour: 'bold' | 'dim' | (typeof OUTCOMES)[keyof typeof OUTCOMES], text: string) => string;

const coloured: Style = (colour, text) => styleText(colour, text, { validateStream: false });
const plain: Style = (_, text) => text;

/** The screen of a terminal, as lines: fits 80 by 24. */
export function screen(figures: Figures, seconds: number, links: Links, colours: boolean): string[] {
  const style = colours ? coloured : plain;
  return [
    `${style('bold', 'notes server under load, as Prometheus sees it')}${clock(seconds).padStart(16)}   Ctrl-C stops`,
    '',
    ...summary(figures, style),
    '',
    ...outcomeLines(figures, style),
    '',
    ...toolLines(figures, style),
    '',
    ...linkLines(links, style),
  ];
}

/** One line for a log. */
export function statusLine(figures: Figures, seconds: number): string {
  const { rate, p50, p95, p99, inFlight } = figures;
  const failed = [...figures.outcomes].filter(([outcome]) => outcome !== 'ok');
  const errors = failed.map(([outcome, perSecond]) => `${outcome} ${percent(perSecond / rate)}`).join(', ');
  const durations = [p50, p95, p99].map(duration).join(' / ');
  return `${clock(seconds)}  ${rate.toFixed(1)} requests/s  p50/p95/p99 ${durations}  ${connections(figures)} connections  ${inFlight} in flight  ${errors}`;
}

/** What is left when a run ends: the requests of the whole run, by outcome. */
export function finalTable(totals: ReadonlyMap<string, number>, figures: Figures): string[] {
  const all = [...totals.values()].reduce((sum, count) => sum + count, 0);
  const rows = Object.keys(OUTCOMES).map((outcome) => {
    const count = totals.get(outcome) ?? 0;
    return `  ${outcome.padEnd(14)}${String(count).padStart(8)}${percent(count / all).padStart(10)}`;
  });
  return [
    '',
    `  ${'requests'.padEnd(14)}${String(all).padStart(8)}`,
    ...rows,
    '',
    ...summary(figures, plain),
    '',
    ...toolLines(figures, plain),
  ];
}

function summary(figures: Figures, style: Style): string[] {
  const { rate, p50, p95, p99, inFlight, outcomes } = figures;
  const failed = rate > 0 ? 1 - (outcomes.get('ok') ?? 0) / rate : 0;
  const row = (name: string, value: string, more = '') =>
    `  ${style('dim', name.padEnd(14))}${value.padEnd(14)}${more}`;
  const durations = ['p50', 'p95', 'p99'].map(
    (name, i) => `${style('dim', name)} ${duration([p50, p95, p99][i] ?? 0)}`,
  );
  return [
    row('requests', `${rate.toFixed(1)}/s`, `${style('dim', 'in flight'.padEnd(14))}${inFlight}`),
    row('not ok', percent(failed), `${style('dim', 'connections'.padEnd(14))}${connections(figures)}`),
    `  ${style('dim', 'duration'.padEnd(14))}${durations.join('   ')}`,
  ];
}

function outcomeLines({ outcomes, rate }: Figures, style: Style): string[] {
  return Object.entries(OUTCOMES).map(([outcome, colour]) => {
    const perSecond = outcomes.get(outcome) ?? 0;
    const share = rate > 0 ? perSecond / rate : 0;
    // A failure that is rare still shows.
    const bar = perSecond > 0 ? '█'.repeat(Math.max(1, Math.round(share * BAR_WIDTH))) : '';
    const numbers = `${perSecond.toFixed(2).padStart(8)}/s${percent(share).padStart(9)}`;
    return `  ${outcome.padEnd(14)}${numbers}   ${style(colour, bar)}`;
  });
}

function toolLines({ tools }: Figures, style: Style): string[] {
  const row = (cells: readonly string[]) =>
    `  ${cells[0]?.padEnd(20)}${cells
      .slice(1)
      .map((cell) => cell.padStart(11))
      .join('')}`;
  const rows = tools.slice(0, MAX_TOOLS).map(({ name, rate, errors, p95 }) => {
    return row([name, `${rate.toFixed(2)}/s`, percent(errors), duration(p95)]);
  });
  return [style('dim', row(['tool', 'calls', 'not ok', 'p95'])), ...rows];
}

function linkLines({ mcp, admin, prometheus }: Links, style: Style): string[] {
  return [
    `  ${style('dim', 'MCP'.padEnd(12))}${mcp}`,
    `  ${style('dim', 'metrics'.padEnd(12))}${admin}/metrics and /health`,
    `  ${style('dim', 'Prometheus'.padEnd(12))}${prometheus}/graph`,
  ];
}

function connections({ connections }: Figures): string {
  return String([...connections.values()].reduce((sum, count) => sum + count, 0));
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '-';
}

/** Seconds as people read them. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
