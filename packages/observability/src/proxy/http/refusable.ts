import type { IncomingMessage } from 'node:http';
import { countOf, hasOtherCoding, isLoop } from './headers.js';

const INVALID_REQUEST = -32600;

/** An answer of the proxy's own. */
export interface OwnRefusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

type Rule = readonly [isMet: (incoming: IncomingMessage) => boolean, status: number, message: string];

/** What can't be passed on, or would mean one thing to us and another to who is behind us. */
const RULES: readonly Rule[] = [
  [
    isLoop,
    508,
    'This proxy got its own request back: expected --upstream to be a server, not a way back here',
  ],
  [asksForWebSocket, 501, 'This proxy does not upgrade connections'],
  [hasOtherCoding, 501, 'This proxy expects Transfer-Encoding: chunked alone, or no Transfer-Encoding'],
  [({ method }) => method === 'TRACE', 405, 'This proxy does not pass TRACE, which gives back what it gets'],
  [(incoming) => countOf(incoming, 'host') > 1, 400, 'Expected one Host header, got several'],
  [hasOtherTarget, 400, 'Expected the request target to be a path'],
];

/** How the proxy turns a request away; undefined where it passes it on. */
export function refusalOf(incoming: IncomingMessage): OwnRefusal | undefined {
  const rule = RULES.find(([isMet]) => isMet(incoming));
  return rule && { status: rule[1], code: INVALID_REQUEST, message: rule[2] };
}

/** Other upgrades may be ignored; a client that wants a web socket has to learn that there is none. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** A target with a scheme and a host of its own contradicts the Host header, or does not. */
function hasOtherTarget({ url = '', method }: IncomingMessage): boolean {
  return !url.startsWith('/') && !(method === 'OPTIONS' && url === '*');
}
