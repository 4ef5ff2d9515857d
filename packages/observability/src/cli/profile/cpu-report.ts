import type { Profiler } from 'node:inspector';
import { MCP_SCRIPT } from '../../profiling/by-request.js';
import { add, placeOf, rows, shares } from './rows.js';

/** The report of a CPU profile: processor time by request and by function. */
export function cpuReport({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, top: number): string[] {
  const root = nodes[0]?.id;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const requests = new Map<string, number>();
  const functions = new Map<string, number>();
  const callers = new Map<string, number>();
  let total = 0;
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const delta = Math.max(0, timeDeltas[index] ?? 0) / 1e6;
    const frame = byId.get(id)?.callFrame;
    total += delta;
    if (frame === undefined || frame.functionName === '(idle)') continue;
    busy += delta;
    add(functions, placeOf(frame), delta);
    let request = 'no known request';
    // A recursive function counts once.
    const places = new Set<string>();
    for (let up: number | undefined = id; up !== undefined && up !== root; up = parents.get(up)) {
      const { callFrame } = byId.get(up)!;
      if (callFrame.scriptId === MCP_SCRIPT) request = callFrame.functionName;
      else places.add(placeOf(callFrame));
    }
    add(requests, request, delta);
    for (const place of places) add(callers, place, delta);
  }
  const busyShare = total === 0 ? 0 : Math.round((busy / total) * 100);
  return [
    `the process was busy for ${busy.toFixed(1)} s of ${total.toFixed(1)} s (${busyShare} %)`,
    '',
    'for which request',
    ...shares(rows(requests), busy, top, seconds),
    '',
    'in which function',
    ...shares(rows(functions), busy, top, seconds),
    '',
    'in which function, with what it called',
    ...shares(rows(callers), busy, top, seconds),
  ];
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
