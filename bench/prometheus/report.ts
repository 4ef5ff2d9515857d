import type { Asked } from './panels.js';

export interface Evaluated {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: number;
    readonly evaluationTime: number;
    readonly rules: readonly {
      readonly name: string;
      readonly evaluationTime: number;
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

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
