import { createHash } from 'node:crypto';
import type { Message } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import { beginningOf } from './exchange.js';
import { Expiring } from './expiring.js';
import { type LongCall, type LongCallObserver, readable } from './long-call.js';
import type { Peer } from './peer.js';
import { type Question, questionOf } from './server-request.js';

/** People take minutes. If there is no answer after an hour, none is expected. */
const ROUND_MS = 3_600_000;
const MAX_ROUNDS = 10_000;
/** A server asks only a few questions at once. */
const MAX_QUESTIONS = 100;
/** Longer states are kept as a digest, since the server chooses their length. */
const MAX_STATE = 64;

/** A call whose server asked for input, and whose client has not sent it yet. */
export interface Round extends LongCall {
  readonly questions: ReadonlyMap<string, Question>;
  readonly askedAt: number;
}

/**
 * The calls that continue in rounds (protocol 2026-07-28): the server asks in its result, and the client sends the same request
 * again, possibly on another connection. The protocol guarantees that the client returns the `requestState` unchanged. Without
 * a state, calls are matched by method, name and client. Of several equal calls, the oldest continues: counts and sums are
 * right then, but single durations may be swapped.
 */
export class Rounds {
  private readonly waiting = new Expiring<Round>(MAX_ROUNDS, (round) =>
    this.observer.longCallEnded(round, undefined, performance.now()),
  );

  constructor(private readonly observer: LongCallObserver) {}

  get size(): number {
    return this.waiting.size;
  }

  /** A server asked for input before it continues. */
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

  /** @returns the call that a request continues, and whether only this call is possible */
  resumed(exchange: Exchange, state: unknown, peer: Peer): { round: Round; isSure: boolean } | undefined {
    const key = keyOf(exchange.series.method, exchange.name, state, peer);
    const isSure = this.waiting.isOnly(key);
    const round = this.waiting.take(key);
    return round && { round, isSure };
  }

  /** The last round ended. */
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
  // Without a session, every round has its own connection.
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
