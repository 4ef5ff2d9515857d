import type { Profiler } from 'node:inspector';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Activity } from './timeline.js';

const MAX_NAME = 200;

/** A stack, for whom it ran, and how often and how long it was seen. */
interface Seen {
  readonly node: number;
  readonly activity: Activity | undefined;
  count: number;
  microseconds: number;
}

/**
 * A CPU profile as `go tool pprof` and the like read it. The outermost frame of a stack is the request that it ran for, so that a flame graph
 * answers which tool it is; the same is in the labels `mcp_method` and `mcp_name`.
 */
export async function toPprof(
  profile: Profiler.Profile,
  activityAt: (at: number) => Activity | undefined,
): Promise<Buffer> {
  const { Profile, StringTable } = await import('pprof-format');
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(value);
  const frames = new Frames(text);
  const parents = new Map<number, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const sample = aggregated(profile, activityAt).map(({ node, activity, count, microseconds }) => {
    const locationId: number[] = [];
    for (let id: number | undefined = node; id !== undefined; id = parents.get(id)) {
      const frame = nodes.get(id)?.callFrame;
      if (frame !== undefined && frame.functionName !== '(root)') locationId.push(frames.of(frame));
    }
    if (activity !== undefined) locationId.push(frames.of(frameOf(activity)));
    return {
      locationId,
      value: [count, microseconds * 1000],
      label: activity === undefined ? [] : labelsOf(activity, text),
    };
  });
  const nanoseconds = { type: text('cpu'), unit: text('nanoseconds') };
  const encoded = new Profile({
    sampleType: [{ type: text('samples'), unit: text('count') }, nanoseconds],
    sample,
    location: frames.locations,
    function: frames.functions,
    stringTable: strings,
    timeNanos: BigInt(Date.now()) * 1_000_000n,
    durationNanos: (profile.endTime - profile.startTime) * 1000,
    periodType: nanoseconds,
    period: 1_000_000,
  }).encode();
  return promisify(gzip)(encoded);
}

function aggregated(
  { samples = [], timeDeltas = [], startTime }: Profiler.Profile,
  at: (time: number) => Activity | undefined,
): Seen[] {
  const seen = new Map<string, Seen>();
  let time = startTime;
  for (const [index, node] of samples.entries()) {
    const delta = Math.max(0, timeDeltas[index] ?? 0);
    time += delta;
    const activity = at(time);
    const key = `${node} ${activity?.method ?? ''} ${activity?.name ?? ''}`;
    const one = seen.get(key) ?? { node, activity, count: 0, microseconds: 0 };
    one.count++;
    one.microseconds += delta;
    seen.set(key, one);
  }
  return [...seen.values()];
}

type Frame = Pick<Profiler.ProfileNode['callFrame'], 'functionName' | 'url' | 'lineNumber'>;

/** Functions and the places in them, each once. */
class Frames {
  readonly functions: {
    id: number;
    name: number;
    systemName: number;
    filename: number;
    startLine: number;
  }[] = [];
  readonly locations: { id: number; line: { functionId: number; line: number }[] }[] = [];
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
    this.locations.push({ id, line: [{ functionId: id, line: startLine }] });
    this.ids.set(key, id);
    return id;
  }
}

function frameOf({ method, name }: Activity): Frame {
  return { functionName: `${method} ${name}`.trim().slice(0, MAX_NAME), url: '', lineNumber: -1 };
}

function labelsOf({ method, name }: Activity, text: (value: string) => number) {
  const label = (key: string, value: string) => ({ key: text(key), str: text(value.slice(0, MAX_NAME)) });
  return [label('mcp_method', method), ...(name === '' ? [] : [label('mcp_name', name)])];
}
