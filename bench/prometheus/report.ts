import type { Asked } from './panels.js';

export interface Evaluated {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: number;
    evaluationTime: number;
    readonly rules: readonly {
      readonly name: string;
      readonly query: string;
      evaluationTime: number;
      readonly lastError?: string;
    }[];
  }[];
}

const SLOWEST = 12;
const SLOW_MS = 200;

export function printEvaluated({ groups }: Evaluated): void {
  const seconds = (value: number) => `${value.toFixed(3).padStart(8)} s`;
  for (const { name, interval, evaluationTime } of groups) {
    print(`${seconds(evaluationTime)} every ${String(interval).padStart(3)} s  ${name}`);
  }
  const rules = groups.flatMap((group) => group.rules);
  print('\nslowest rules');
  for (const { name, evaluationTime } of rules
    .toSorted((a, b) => b.evaluationTime - a.evaluationTime)
    .slice(0, SLOWEST)) {
    print(`${seconds(evaluationTime)}  ${name}`);
  }
  for (const { name, lastError } of rules) if (lastError) print(`failed: ${name}: ${lastError}`);
}

export function printPanels(servers: string, asked: readonly Asked[]): void {
  const slow = asked.filter(({ ms }) => ms > SLOW_MS);
  print(
    `\nqueries of panels over 24 h, ${servers} chosen: ${slow.length} of ${asked.length} over ${SLOW_MS} ms`,
  );
  for (const { panel, series, ms } of asked.slice(0, Math.max(SLOWEST, slow.length))) {
    print(`${ms.toFixed(0).padStart(6)} ms ${String(series).padStart(5)} series  ${panel}`);
  }
}

interface Measured {
  readonly servers: number;
  readonly series: number;
  /** In megabytes. */
  readonly memory: number;
  readonly evaluated: Evaluated;
  readonly all: readonly Asked[];
  readonly one: readonly Asked[];
}

const MANY = 10_000;

/**
 * Prints what we ask of a form, beside what it takes, and what it would take with ten thousand servers. Series, memory,
 * rules, and panels of all servers grow with the servers: each reads its own series of every server. A panel of one
 * server does not.
 */
export function printAsked({ servers, series, memory, evaluated, all, one }: Measured): void {
  const group = Math.max(...evaluated.groups.map(({ evaluationTime }) => evaluationTime));
  const [slowestOfAll = 0, slowestOfOne = 0] = [all, one].map(([slowest]) => slowest?.ms);
  const rows: readonly [string, number, grows: boolean, digits: number, asked: string][] = [
    ['series of each server', series / servers, false, 0, '150'],
    ['series', series, true, 0, `${150 * servers}`],
    ['memory of Prometheus, MB', memory, true, 0, ''],
    ['slowest group of rules, s', group, true, 2, '0.5'],
    ['slowest panel, all servers chosen, ms', slowestOfAll, true, 0, '1000'],
    ['slowest panel, one server chosen, ms', slowestOfOne, false, 0, '50'],
  ];
  print(`\n| | ${servers} servers | asked | ${MANY} servers, extrapolated |\n| --- | --- | --- | --- |`);
  for (const [what, value, grows, digits, asked] of rows) {
    const many = value * (grows ? MANY / servers : 1);
    print(`| ${what} | ${value.toFixed(digits)} | ${asked} | ${many.toFixed(digits)} |`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
