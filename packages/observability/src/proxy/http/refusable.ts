import type { IncomingMessage } from 'node:http';
import { countOf, hasOtherCoding, isLoop } from './headers.js';

const INVALID_REQUEST = -32600;

/** An error with which the proxy itself answers. */
export interface OwnRefusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

type Rule = readonly [isMet: (incoming: IncomingMessage) => boolean, status: number, message: string];

/** Requests that can't be passed on, or that we and the upstream would understand differently. */
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

/** Returns how the proxy rejects a request; undefined if it passes the request on. */
export function refusalOf(incoming: IncomingMessage): OwnRefusal | undefined {
  const rule = RULES.find(([isMet]) => isMet(incoming));
  return rule && { status: rule[1], code: INVALID_REQUEST, message: rule[2] };
}

/** A client that wants a web socket must be told that there is none. Other upgrades may be ignored. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Whether the target is no path. A target with its own scheme and host may contradict the Host header. */
function hasOtherTarget({ url = '', method }: IncomingMessage): boolean {
  return !url.startsWith('/') && !(method === 'OPTIONS' && url === '*');
}
