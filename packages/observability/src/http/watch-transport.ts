import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Carriers } from './carriers.js';
import type { Endpoint } from './endpoint.js';
import { watchCall } from './web.js';

type Handle = (request: unknown, response?: unknown, ...rest: unknown[]) => unknown;

/** The ways by which HTTP requests reach the transports of both SDKs; each may be missing. */
interface Reachable {
  handleRequest?: Handle;
  /** Of the SSE transport, whose own exchange is that of its stream. */
  handlePostMessage?: Handle;
  readonly res?: unknown;
  /** Of SDK v2's transport for one exchange. */
  handleMessage?: (message: unknown, extra?: { readonly request?: unknown }) => unknown;
}

/** Lets an endpoint know which exchanges reach a transport. */
export function watchReached(transport: object, endpoint: Endpoint, carriers: Carriers): void {
  const { handleRequest, handlePostMessage, handleMessage, res } = transport as Reachable;
  if (typeof handleRequest === 'function') {
    put(transport, 'handleRequest', (request, response, ...rest) => {
      reachedByNode(endpoint, request, response, carriers);
      const isWeb = isWebRequest(request) && !isResponse(response);
      let answer: unknown;
      try {
        answer = handleRequest.call(transport, request, response, ...rest);
      } catch (error) {
        if (isWeb) endpoint.threw(request, carriers);
        throw error;
      }
      // Whoever gives nothing back answers by another way.
      return isWeb && answer !== undefined ? endpoint.answered(request, answer, carriers) : answer;
    });
  }
  if (typeof handlePostMessage === 'function') {
    put(transport, 'handlePostMessage', (request, response, ...rest) => {
      reachedByNode(endpoint, request, response, carriers);
      return handlePostMessage.call(transport, request, response, ...rest);
    });
    if (isResponse(res)) endpoint.reached(res.req, res, carriers);
  }
  if (typeof handleMessage === 'function') {
    put(transport, 'handleMessage', (message, extra) => {
      const request = extra?.request;
      const exchange = isWebRequest(request) ? endpoint.delivered(request, carriers) : undefined;
      const answer = () => handleMessage.call(transport, message, extra);
      return exchange === undefined ? answer() : watchCall(exchange, answer, (request as Request).signal);
    });
  }
}

/** Of a class, as all that is made for each transport: see `Layer`. */
class Property implements PropertyDescriptor {
  readonly writable = true;
  readonly configurable = true;
  readonly enumerable = true;
  constructor(readonly value: unknown) {}
}

function put<Key extends 'handleRequest' | 'handlePostMessage' | 'handleMessage'>(
  transport: object,
  key: Key,
  value: NonNullable<Reachable[Key]>,
): void {
  Object.defineProperty(transport, key, new Property(value));
}

function reachedByNode(endpoint: Endpoint, request: unknown, response: unknown, carriers: Carriers): void {
  if (isResponse(response)) endpoint.reached(request as IncomingMessage, response, carriers);
}

function isResponse(value: unknown): value is ServerResponse {
  const { writeHead, write, end, once } = (value ?? {}) as Partial<ServerResponse>;
  return [writeHead, write, end, once].every((method) => typeof method === 'function');
}

function isWebRequest(value: unknown): value is Request {
  const { url, method, headers } = (value ?? {}) as Partial<Request>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers?.get === 'function';
}
