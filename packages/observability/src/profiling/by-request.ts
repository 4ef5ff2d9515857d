import type { Profiler } from 'node:inspector';
import type { Activity } from './timeline.js';

const MAX_NAME = 200;
/** A prefix that distinguishes requests from functions. */
export const MCP_SCRIPT = 'mcp';

/**
 * A CPU profile in which the outermost frame of each stack is the request that it ran for. So any viewer shows one tower for each
 * tool. Stacks without a known request stay unchanged.
 */
export function byRequest(
  profile: Profiler.Profile,
  activityAt: (at: number) => Activity | undefined,
): RequestProfile {
  const tree = new Tree(profile.nodes);
  let time = profile.startTime;
  const samples = (profile.samples ?? []).map((node, index) => {
    time += Math.max(0, profile.timeDeltas?.[index] ?? 0);
    return tree.placed(node, activityAt(time));
  });
  return { profile: { ...profile, nodes: tree.nodes, samples }, activities: tree.activities };
}

export interface RequestProfile {
  readonly profile: Profiler.Profile;
  /** The request of a node. All nodes below it ran for this request. */
  readonly activities: ReadonlyMap<number, Activity>;
}

/** Returns the name of a request in a flame graph. */
function titleOf({ method, name }: Activity): string {
  return `${method} ${name}`.trim().slice(0, MAX_NAME);
}

/** The nodes of a profile, and copies of their branches below each request. */
class Tree {
  readonly nodes: Profiler.ProfileNode[];
  readonly activities = new Map<number, Activity>();
  private readonly known: Map<number, Profiler.ProfileNode>;
  private readonly parents = new Map<number, number>();
  private readonly copies = new Map<string, number>();
  private next: number;
  private readonly root: number;

  constructor(nodes: readonly Profiler.ProfileNode[]) {
    this.nodes = nodes.map((node) => ({
      ...node,
      hitCount: 0,
      ...(node.children && { children: [...node.children] }),
    }));
    this.known = new Map(this.nodes.map((node) => [node.id, node]));
    for (const { id, children = [] } of nodes) for (const child of children) this.parents.set(child, id);
    this.root = nodes[0]?.id ?? 0;
    this.next = nodes.reduce((max, { id }) => Math.max(max, id), 0);
  }

  placed(id: number, activity: Activity | undefined): number {
    const place = activity === undefined || id === this.root ? id : this.copyOf(id, activity);
    const node = this.known.get(place);
    if (node) node.hitCount = (node.hitCount ?? 0) + 1;
    return place;
  }

  private copyOf(id: number, activity: Activity): number {
    const key = `${id} ${activity.method} ${activity.name}`;
    const copy = this.copies.get(key);
    if (copy !== undefined) return copy;
    const made = id === this.root ? this.request(activity) : this.frame(id, activity);
    this.copies.set(key, made);
    return made;
  }

  private request(activity: Activity): number {
    const functionName = titleOf(activity);
    const id = this.add(this.root, {
      functionName,
      scriptId: MCP_SCRIPT,
      url: '',
      lineNumber: -1,
      columnNumber: -1,
    });
    this.activities.set(id, activity);
    return id;
  }

  private frame(id: number, activity: Activity): number {
    const parent = this.copyOf(this.parents.get(id) ?? this.root, activity);
    return this.add(parent, this.known.get(id)!.callFrame);
  }

  private add(parent: number, callFrame: Profiler.ProfileNode['callFrame']): number {
    const id = ++this.next;
    const node = { id, callFrame, hitCount: 0 };
    this.nodes.push(node);
    this.known.set(id, node);
    const above = this.known.get(parent)!;
    above.children ??= [];
    above.children.push(id);
    return id;
  }
}
