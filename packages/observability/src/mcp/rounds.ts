import { createHash } from 'node:crypto';
import type { Message } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import { beginningOf } from './exchange.js';
import { Expiring } from './expiring.js';
import { type LongCall, type LongCallObserver, readable } from './long-call.js';
import type { Peer } from './peer.js';
import { type Question, questionOf } from './server-request.js';

/** People take minutes; who has not answered after an hour has forgotten. */
const ROUND_MS = 3_600_000;
const MAX_ROUNDS = 10_000;
/** A server asks for a few things at once. */
const MAX_QUESTIONS = 100;
/** Longer states are kept as a digest: the server chooses how long they are. */
const MAX_STATE = 64;

/** A call whose server has asked for something, and whose client has not come back yet. */
export interface Round extends LongCall {
  readonly questions: ReadonlyMap<string, Question>;
  readonly askedAt: number;
}

/**
 * The calls that go on in rounds (protocol 2026-07-28): the server asks in its result, and the client sends the same request
 * again, perhaps on another connection. What the protocol guarantees is that the client returns the `requestState` of
 * the result as it was. Without one only the method, the name and who asks tell. Of several that are alike
 * the oldest goes on: counts and sums are right then, while single durations may be swapped.
 */
export class Rounds {
  private readonly waiting = new Expiring<Round>(MAX_ROUNDS, (round) =>
    this.observer.longCallEnded(round, undefined, performance.now()),
  );

  constructor(private readonly observer: LongCallObserver) {}

  get size(): number {
    return this.waiting.size;
  }

  /** A server has asked for something before it goes on. */
  asked(exchange: Exchange, { result }: Message, now: number, peer: Peer): void {
    const round: Round = {
      ...beginningOf(exchange, peer),
      kind: 'rounds',
      questions: readable(() => questionsIn(result?.inputRequests)) ?? new Map(),
      askedAt: now,
      expiresAt: now + ROUND_MS,
    };
    if (exchange.rounds === undefined) this.observer.longCallBegan('rounds');
    const state = readable(() => result?.requestState);
    this.waiting.add(keyOf(exchange.series.method, exchange.name, state, peer), round);
  }

  /** @returns the call that a request goes on with, and whether no other could be meant */
  resumed(exchange: Exchange, state: unknown, peer: Peer): { round: Round; isSure: boolean } | undefined {
    const key = keyOf(exchange.series.method, exchange.name, state, peer);
    const isSure = this.waiting.isOnly(key);
    const round = this.waiting.take(key);
    return round && { round, isSure };
  }

  /** The last round has ended. */
  ended(round: LongCall, ending: Ending, now: number): void {
    this.observer.longCallEnded(round, ending, now);
  }

  close(): void {
    for (const { kind } of this.waiting.drain()) this.observer.longCallLeft(kind);
  }
}

function keyOf(method: string, name: string, state: unknown, peer: Peer): string {
  if (typeof state === 'string') return `${method} ${name} ${shortened(state)}`;
  const { kind, sessionId, number, client } = peer;
  // Without a session every round comes on a connection of its own.
  const connection = kind === 'streamable_http' && sessionId === undefined ? '' : number;
  return JSON.stringify([method, name, connection, typeof client === 'string' ? client : null]);
}

function shortened(state: string): string {
  return state.length <= MAX_STATE ? state : createHash('sha256').update(state).digest('base64url');
}

function questionsIn(requests: unknown): Map<string, Question> {
  const questions = new Map<string, Question>();
  if (typeof requests !== 'object' || requests === null) return questions;
  for (const id in requests) {
    if (questions.size >= MAX_QUESTIONS) break;
    const request = (requests as Readonly<Record<string, { method?: unknown; params?: unknown } | null>>)[id];
    if (typeof request?.method === 'string') questions.set(id, questionOf(request.method, request.params));
  }
  return questions;
}
