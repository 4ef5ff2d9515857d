import type { Traits } from './host.js';
import { all, ended, type Growth, notified, type Outcome } from './metrics.js';
import type { Scene } from './scene.js';

/** Tells for which hosts something holds. */
export type Which = (host: Traits) => boolean;

/** What the metrics grow by: the first case that fits the host. */
export type Cases = readonly (readonly [Which, Growth])[];

export interface Step {
  readonly does: (scene: Scene) => Promise<unknown>;
  /** Counted from where the scenario began, not from the step before. */
  readonly grows: Cases;
}

/** One scenario, for every host where it makes sense. */
export interface Row {
  /** A sentence; `%outcome` stands for how the request ends on the host. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** Where it makes no sense, and why. */
  readonly absent?: readonly (readonly [Which, string])[];
  /** It ends its connection, so it gets one of its own. */
  readonly alone?: true;
  /** The end of a session shows when it has been idle for long, which the options of a scene make short. */
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
/** Seen from a process of its own, which lies between the client and the server. */
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

/** Who closes a pipe may still read what comes on the other, so a proxy says that nothing ends before its server does. */
export const piped = both(proxied, over('stdio'));
/** An McpServer tells which tools it has. A low-level server is known by what it lists, and so is one behind a new proxy. */
export const listsFirst: Which = (host) => lowLevel(host) || piped(host);

/** A scenario of one step. */
export function row(title: string, does: Step['does'], ...grows: Cases): Row {
  return { title, steps: [{ does, grows }] };
}

/** A `tools/call` ended. */
export function called(name: string, outcome?: Outcome, type?: string): Growth {
  return ended('tools/call', name, outcome, type);
}

const handshake = all(ended('initialize'), notified('received', 'notifications/initialized'));

/** What it takes a client of the scenarios to connect: see scene.ts. */
export const connected: Cases = [
  [modern, ended('server/discover')],
  [listsFirst, all(handshake, ended('tools/list'))],
  [always, handshake],
];

/** A case for each of these, with more that happened. */
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
