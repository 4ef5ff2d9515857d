import type { HeapProfiler, Profiler } from 'node:inspector';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { notInstalled } from '../not-installed.js';
import type { RequestProfile } from './by-request.js';
import { INTERVAL_US } from './cpu.js';
import { INTERVAL_BYTES } from './heap.js';

type Frame = Profiler.ProfileNode['callFrame'];

/** A stack, innermost frame first, and its measured values. */
interface Stack {
  readonly frames: readonly Frame[];
  readonly values: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
}

type Unit = readonly [type: string, unit: string];

interface Described {
  readonly types: readonly Unit[];
  /** The unit of the last type. */
  readonly period: number;
  readonly durationNanos: number;
}

/** A literal name, so that bundlers can follow it. Inside `try`, so that they continue if it is not installed. */
async function loadPprof() {
  try {
    return await import('pprof-format');
  } catch (cause) {
    throw notInstalled('pprof-format', cause, ' for profiles in the format pprof');
  }
}

/** @throws NotInstalled if the library is missing */
export async function expectPprof(): Promise<void> {
  await loadPprof();
}

/** A CPU profile for `go tool pprof` and similar tools. The request is the outermost frame, and is in the labels `mcp_method` and `mcp_name`. */
export async function cpuPprof({ profile, activities }: RequestProfile): Promise<Buffer> {
  const parents = new Map<number, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const stacks = [...timesOf(profile)].map(([node, { count, microseconds }]): Stack => {
    const frames: Frame[] = [];
    let labels = {};
    for (let id: number | undefined = node; id !== undefined; id = parents.get(id)) {
      const frame = nodes.get(id)?.callFrame;
      if (frame !== undefined && frame.functionName !== '(root)') frames.push(frame);
      const activity = activities.get(id);
      if (activity !== undefined)
        labels = { mcp_method: activity.method, ...(activity.name !== '' && { mcp_name: activity.name }) };
    }
    return { frames, values: [count, microseconds * 1000], labels };
  });
  return encoded(stacks, {
    types: [
      ['samples', 'count'],
      ['cpu', 'nanoseconds'],
    ],
    period: INTERVAL_US * 1000,
    durationNanos: (profile.endTime - profile.startTime) * 1000,
  });
}

/** @param type `inuse_space` or `alloc_space`, the names that Go uses */
export async function heapPprof(
  { head }: HeapProfiler.SamplingHeapProfile,
  type: string,
  seconds: number,
): Promise<Buffer> {
  const stacks: Stack[] = [];
  const walk = (node: HeapProfiler.SamplingHeapProfileNode, above: readonly Frame[]) => {
    const frames = node === head ? [] : [node.callFrame, ...above];
    if (node.selfSize > 0) stacks.push({ frames, values: [node.selfSize], labels: {} });
    for (const child of node.children) walk(child, frames);
  };
  walk(head, []);
  return encoded(stacks, { types: [[type, 'bytes']], period: INTERVAL_BYTES, durationNanos: seconds * 1e9 });
}

function timesOf({ samples = [], timeDeltas = [] }: Profiler.Profile) {
  const times = new Map<number, { count: number; microseconds: number }>();
  for (const [index, node] of samples.entries()) {
    const one = times.get(node) ?? { count: 0, microseconds: 0 };
    one.count++;
    one.microseconds += Math.max(0, timeDeltas[index] ?? 0);
    times.set(node, one);
  }
  return times;
}

async function encoded(
  stacks: readonly Stack[],
  { types, period, durationNanos }: Described,
): Promise<Buffer> {
  const { Profile, StringTable } = await loadPprof();
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(value);
  const locations = new Locations(text);
  const sample = stacks.map(({ frames, values, labels }) => ({
    locationId: frames.map((frame) => locations.of(frame)),
    value: [...values],
    label: Object.entries(labels).map(([key, value]) => ({ key: text(key), str: text(value) })),
  }));
  const sampleType = types.map(([type, unit]) => ({ type: text(type), unit: text(unit) }));
  const profile = new Profile({
    sampleType,
    sample,
    location: locations.all,
    function: locations.functions,
    stringTable: strings,
    timeNanos: BigInt(Date.now()) * 1_000_000n,
    durationNanos: Math.round(durationNanos),
    periodType: sampleType.at(-1)!,
    period,
  });
  return promisify(gzip)(profile.encode());
}

/** Functions and locations, each stored once. */
class Locations {
  readonly functions: {
    id: number;
    name: number;
    systemName: number;
    filename: number;
    startLine: number;
  }[] = [];
  readonly all: { id: number; line: { functionId: number; line: number }[] }[] = [];
  private readonly ids = new Map<string, number>();

  constructor(private readonly text: (value: string) => number) {}

  of({ functionName, url, lineNumber }: Frame): number {
    const key = `${functionName} ${url} ${lineNumber}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.functions.length + 1;
    const name = this.text(functionName || '(anonymous)');
    const startLine = Math.max(0, lineNumber + 1);
    this.functions.push({ id, name, systemName: name, filename: this.text(url), startLine });
    this.all.push({ id, line: [{ functionId: id, line: startLine }] });
    this.ids.set(key, id);
    return id;
  }
}
