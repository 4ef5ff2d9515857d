import type { Profiler } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestProfile } from './by-request.js';
import { sampleCpu } from './cpu.js';
import type { Activity } from './timeline.js';

const BEAT_MS = 10;
/** A longer turn of the event loop is a delay that clients notice. */
const DELAY_MS = 20;
/** How many of the longest delays are listed. */
const MAX_LISTED = 100;
const MAX_FRAMES = 50;

/** A long turn of the event loop. */
interface Delay {
  /** Microseconds, by the clock of the profiler. */
  readonly from: number;
  readonly to: number;
}

/** A trace, with the longest delays first. */
export interface TraceList {
  readonly delays: number;
  readonly longest: readonly {
    readonly at_ms: number;
    readonly delay_ms: number;
    readonly method?: string;
    readonly name?: string;
    readonly stack: readonly string[];
  }[];
}

/** @throws if the signal ends it early */
export async function takeTrace(
  seconds: number,
  current: () => Activity | undefined,
  signal: AbortSignal,
): Promise<Trace> {
  const delays: Delay[] = [];
  const until = async () => {
    const stop = watchDelays(delays);
    try {
      await delay(seconds * 1000, undefined, { signal, ref: false });
    } finally {
      stop();
    }
  };
  const { profile, activities } = await sampleCpu(current, until);
  return new Trace({ profile, activities }, delays);
}

function watchDelays(delays: Delay[]): () => void {
  let last = microseconds();
  const timer = setInterval(() => {
    const now = microseconds();
    if (now - last > (BEAT_MS + DELAY_MS) * 1000) delays.push({ from: last, to: now });
    last = now;
  }, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** What the process did while its event loop was late. */
export class Trace {
  constructor(
    private readonly whole: RequestProfile,
    private readonly delays: readonly Delay[],
  ) {}

  /** Only the samples that were taken within the delays. */
  blocked(): RequestProfile {
    const { profile, activities } = this.whole;
    const samples: number[] = [];
    const timeDeltas: number[] = [];
    for (const { node, delta } of this.samples()) {
      samples.push(node);
      timeDeltas.push(delta);
    }
    return { profile: { ...profile, samples, timeDeltas }, activities };
  }

  /** The longest delays first, each with its most frequent stack, innermost frame first. */
  list(): TraceList {
    const most = new Map<Delay, Map<number, number>>(this.delays.map((one) => [one, new Map()]));
    for (const { node, delta, within } of this.samples()) {
      const times = most.get(within)!;
      times.set(node, (times.get(node) ?? 0) + delta);
    }
    const stacks = new Stacks(this.whole);
    const listed = [...this.delays].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MAX_LISTED);
    return {
      delays: this.delays.length,
      longest: listed.map((one) => {
        const [node] = [...most.get(one)!].sort(([, a], [, b]) => b - a)[0] ?? [];
        return {
          at_ms: Math.round((one.from - this.whole.profile.startTime) / 1000),
          delay_ms: Math.round((one.to - one.from) / 1000) - BEAT_MS,
          ...stacks.of(node),
        };
      }),
    };
  }

  /** The samples within delays, except idle ones. */
  private *samples(): Generator<{ node: number; delta: number; within: Delay }> {
    const { samples = [], timeDeltas = [], startTime, nodes } = this.whole.profile;
    const resting = new Set(nodes.filter(isRest).map(({ id }) => id));
    let time = startTime;
    let next = 0;
    for (const [index, node] of samples.entries()) {
      const delta = Math.max(0, timeDeltas[index] ?? 0);
      time += delta;
      while (next < this.delays.length && this.delays[next]!.to < time) next++;
      const within = this.delays[next];
      if (within !== undefined && within.from <= time && !resting.has(node)) yield { node, delta, within };
    }
  }
}

function isRest({ callFrame }: Profiler.ProfileNode): boolean {
  return ['(idle)', '(root)'].includes(callFrame.functionName);
}

/** The stacks of a profile as texts. */
class Stacks {
  private readonly nodes: Map<number, Profiler.ProfileNode>;
  private readonly parents = new Map<number, number>();

  constructor(private readonly from: RequestProfile) {
    this.nodes = new Map(from.profile.nodes.map((node) => [node.id, node]));
    for (const { id, children = [] } of from.profile.nodes)
      for (const child of children) this.parents.set(child, id);
  }

  of(node: number | undefined): { method?: string; name?: string; stack: string[] } {
    const stack: string[] = [];
    let activity: Activity | undefined;
    for (let id = node; id !== undefined; id = this.parents.get(id)) {
      const callFrame = this.nodes.get(id)?.callFrame;
      activity ??= this.from.activities.get(id);
      if (callFrame === undefined || callFrame.functionName === '(root)' || this.from.activities.has(id))
        continue;
      if (stack.length < MAX_FRAMES) stack.push(textOf(callFrame));
    }
    return { ...(activity && { method: activity.method, name: activity.name }), stack };
  }
}

function textOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${url}:${lineNumber + 1}`;
}
