import type { SpanContext } from '@opentelemetry/api';
import type { Peer } from '../mcp/peer.js';
import type { Ending } from '../protocol/outcome.js';

const MAX_LENGTH = 200;

/** What the line of a finished request says. */
export interface RequestFacts {
  readonly method: string;
  readonly name: string;
  readonly label: string;
  readonly seconds: number;
  /** For how many of these milliseconds the server waited for its client. */
  readonly waited: number;
  readonly peer: Peer;
  readonly ending: Ending;
  readonly ids: SpanContext | undefined;
  /** What ended, if it is no request. */
  readonly operation?: string;
  /** The message of a failure. */
  readonly error?: string;
}

export type RequestLevel = 'info' | 'warn' | 'error';

/** Writes the lines of finished requests. */
export interface RequestLines {
  isEnabled(level: RequestLevel): boolean;
  write(level: RequestLevel, facts: RequestFacts): void;
}

/** Takes the fields of a line, one after the other. */
export interface Fields {
  text(name: string, value: string): void;
  number(name: string, value: number): void;
}

/** Gives all fields of a line, except the ids of its trace. */
export function describe(facts: RequestFacts, to: Fields): void {
  const { name, operation, error, waited, peer } = facts;
  const { outcome, type, status } = facts.ending;
  to.text('mcp.method', facts.method);
  if (name !== '') to.text('mcp.name', cut(name));
  if (operation !== undefined) to.text('operation', operation);
  to.text('outcome', outcome);
  if (type !== '') to.text('error_type', type);
  if (error !== undefined) to.text('error', error);
  if (status !== undefined) to.number('http_status', status);
  to.number('duration_ms', Math.round(facts.seconds * 1e6) / 1e3);
  if (waited > 0) to.number('waited_ms', Math.round(waited * 1e3) / 1e3);
  if (typeof peer.client === 'string') to.text('client', cut(peer.client));
  to.text('transport', peer.kind);
  // A request that was rejected before it reached a server belongs to no server.
  if (peer.number > 0) to.number('connection', peer.number);
}

export function messageOf({ method, label }: RequestFacts): string {
  return label === '' ? method : `${method} ${label}`;
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
}
