import type { Traits } from './host.js';
import { all, ended, type Growth, notified, type Outcome } from './metrics.js';
import type { Scene } from './scene.js';

/** Whether something holds for a host. */
export type Which = (host: Traits) => boolean;

/** How much the metrics grow: the first case that fits the host. */
export type Cases = readonly (readonly [Which, Growth])[];

export interface Step {
  readonly does: (scene: Scene) => Promise<unknown>;
  /** Counted from the beginning of the scenario instead of the previous step. */
  readonly grows: Cases;
}

/** One scenario, for every host where it makes sense. */
export interface Row {
  /** A sentence; `%outcome` stands for the outcome of the request on the host. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** The hosts where it makes no sense, and why. */
  readonly absent?: readonly (readonly [Which, string])[];
  /** It ends its connection, so it gets its own. */
  readonly alone?: true;
  /** A session ends only when it has been idle for long; the options of a scene shorten that. */
  readonly needsIdleSession?: true;
  /** It counts from before its connection was made. */
  readonly fromTheStart?: true;
}

export const always: Which = () => true;
export const v1: Which = ({ sdk }) => sdk === 'v1';
export const v2: Which = ({ sdk }) => sdk === 'v2';
export const lowLevel: Which = ({ api }) => api === 'Server';
export const modern: Which = ({ era }) => era === 'modern';
export const legacy: Which = ({ era }) => era === 'legacy';
export const stateless: Which = ({ session }) => !session;
export const stateful: Which = ({ session }) => session;
/** Seen from outside. */
export const proxied: Which = ({ isProxied }) => isProxied === true;
/** Seen from a process between the client and the server, or from the edge of the server's process. */
export const between: Which = ({ isProxied, isHeard }) => isProxied === true && isHeard !== true;
export const over =
  (...transports: Traits['transport'][]): Which =>
  ({ transport }) =>
    transports.includes(transport);
export const both =
  (one: Which, other: Which): Which =>
  (host) =>
    one(host) && other(host);
export const not =
  (which: Which): Which =>
  (host) =>
    !which(host);

/** A client that closes one pipe may still read the other, so a proxy ends nothing before the server exits. */
export const piped = both(proxied, over('stdio'));
/** An McpServer reveals its tools. A low-level server, and one behind a new proxy, are known by their lists. */
export const listsFirst: Which = (host) => lowLevel(host) || piped(host);

/** A scenario with one step. */
export function row(title: string, does: Step['does'], ...grows: Cases): Row {
  return { title, steps: [{ does, grows }] };
}

/** A `tools/call` that ended. */
export function called(name: string, outcome?: Outcome, type?: string): Growth {
  return ended('tools/call', name, outcome, type);
}

const handshake = all(ended('initialize'), notified('received', 'notifications/initialized'));

/** The metrics of connecting a client of the scenarios: see scene.ts. */
export const connected: Cases = [
  [modern, ended('server/discover')],
  [listsFirst, all(handshake, ended('tools/list'))],
  [always, handshake],
];

/** Adds more changes to each of these cases. */
export const and = (cases: Cases, ...more: Growth[]): Cases =>
  cases.map(([which, growth]) => [which, all(growth, ...more)]);

export function caseOf(host: Traits, cases: Cases): Growth {
  const found = cases.find(([which]) => which(host));
  if (found === undefined) throw new Error(`no case for ${host.title}`);
  return found[1];
}

export function titleOn(host: Traits, { title, steps }: Row): string {
  const growth = caseOf(host, steps.at(-1)?.grows ?? []);
  const outcome = /outcome="(\w+)"/.exec(Object.keys(growth).join())?.[1] ?? 'nothing so far';
  return `${host.title}: ${title.replace('%outcome', outcome)}`;
}

export function isAbsent(host: Traits, { absent = [] }: Row): boolean {
  return absent.some(([which]) => which(host));
}
