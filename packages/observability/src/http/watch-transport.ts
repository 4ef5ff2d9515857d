import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Carriers } from './carriers.js';
import type { Endpoint } from './endpoint.js';
import { watchCall } from './web.js';

type Handle = (this: unknown, request: unknown, ...rest: unknown[]) => unknown;
/** Any function. */
type Callable = (this: unknown, ...args: never[]) => unknown;

/**
 * Tells an endpoint which exchanges reach a transport. It wraps the methods through which HTTP requests reach the transports
 * of both SDKs. It is a class, like everything that is created for each transport: see `Layer`.
 */
export class ExchangeLayers {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly carriers: Carriers,
  ) {}

  handleRequest(original: Callable): Callable {
    return overRequest(original as Handle, this.endpoint, this.carriers) as Callable;
  }

  /** A method of the SSE transport. */
  handlePostMessage(original: Callable): Callable {
    return overPostMessage(original as Handle, this.endpoint, this.carriers) as Callable;
  }

  /** A method of SDK v2's transport for one exchange. */
  handleMessage(original: Callable): Callable {
    return overMessage(original as Handle, this.endpoint, this.carriers) as Callable;
  }
}

/** The exchange of an SSE transport is the one of its stream. */
export function watchStream(transport: object, endpoint: Endpoint, carriers: Carriers): void {
  if (!('handlePostMessage' in transport)) return;
  const { res } = transport as { readonly res?: unknown };
  if (isResponse(res)) endpoint.reached(res.req, res, carriers);
}

function overRequest(handle: Handle, endpoint: Endpoint, carriers: Carriers): Handle {
  return function (request, ...rest) {
    const response = rest[0];
    if (isResponse(response)) {
      endpoint.reached(request as IncomingMessage, response, carriers);
      return handle.call(this, request, ...rest);
    }
    if (!isWebRequest(request)) return handle.call(this, request, ...rest);
    let answer: unknown;
    try {
      answer = handle.call(this, request, ...rest);
    } catch (error) {
      endpoint.threw(request, carriers);
      throw error;
    }
    // Without a return value, the answer is given in another way.
    return answer === undefined ? answer : endpoint.answered(request, answer, carriers);
  };
}

function overPostMessage(handle: Handle, endpoint: Endpoint, carriers: Carriers): Handle {
  return function (request, ...rest) {
    const response = rest[0];
    if (isResponse(response)) endpoint.reached(request as IncomingMessage, response, carriers);
    return handle.call(this, request, ...rest);
  };
}

function overMessage(handle: Handle, endpoint: Endpoint, carriers: Carriers): Handle {
  return function (message, ...rest) {
    const { request } = (rest[0] ?? {}) as { readonly request?: unknown };
    const exchange = isWebRequest(request) ? endpoint.delivered(request, carriers) : undefined;
    const answer = () => handle.call(this, message, ...rest);
    return exchange === undefined ? answer() : watchCall(exchange, answer, (request as Request).signal);
  };
}

function isResponse(value: unknown): value is ServerResponse {
  const { writeHead, write, end, once } = (value ?? {}) as Partial<ServerResponse>;
  const isWriter = typeof write === 'function' && typeof end === 'function';
  return isWriter && typeof writeHead === 'function' && typeof once === 'function';
}

function isWebRequest(value: unknown): value is Request {
  const { url, method, headers } = (value ?? {}) as Partial<Request>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers?.get === 'function';
}
