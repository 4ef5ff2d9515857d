import type { TraceList } from '../../profiling/trace.js';
import { printable } from './rows.js';

const SHOWN_FRAMES = 4;

/** The report of a trace: the longest delays of the event loop, with their requests and functions. */
export function traceReport({ delays, longest }: TraceList, top: number): string[] {
  const rows = longest
    .slice(0, top)
    .flatMap(({ delay_ms, method, name = '', stack }) => [
      `${`${delay_ms} ms`.padStart(8)}  ${printable(method === undefined ? 'no known request' : `${method} ${name}`)}`,
      ...stack.slice(0, SHOWN_FRAMES).map((frame) => `            ${printable(frame)}`),
    ]);
  return [`the event loop was late ${delays} times`, '', ...rows];
}
