import { type Waiter, whenGone } from '../http/when-gone.js';
import { type SocketAddress, socketAddress } from './peer.js';

/** A request of Node's HTTP server, or of a framework that passes it through. */
interface NodeRequest {
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
  readonly httpVersion: string | undefined;
}

interface NodeResponse {
  readonly destroyed?: boolean;
  readonly closed?: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** What a transport receives for an HTTP request: the request itself, or a framework's context that holds it. */
interface Given extends NodeRequest {
  readonly signal?: unknown;
  /** Hono wraps the web-standard request and, on Node, Node's objects. */
  readonly req?: { readonly raw?: { readonly signal?: unknown }; readonly signal?: unknown };
  readonly env?: { readonly incoming?: NodeRequest; readonly outgoing?: unknown };
  /** The context of h3. */
  readonly node?: { readonly req?: NodeRequest; readonly res?: unknown };
  /** The context of routers that call it an event. */
  readonly request?: { readonly signal?: unknown };
}

interface Answer {
  readonly headers?: Headers;
  readonly body?: object | null;
}

/** A stream that its transport hides. Only its writer and its reader keep it alive. */
interface HeldStream {
  readonly body: WeakRef<object>;
  readonly signal: AbortSignal | undefined;
}

/** The HTTP exchanges of one connection whose ends can be seen. */
export class HttpExchanges implements Waiter {
  /** Whether the clients of all exchanges disconnected, so that later messages reach nobody. */
  allGone = false;
  /** How many are open whose end Node reports. */
  private atNode = 0;
  /** How many web-standard exchanges have no answer yet. */
  private unanswered = 0;
  private streams: HeldStream[] = [];
  private hasBegun = false;
  private isUnseen = false;

  /** @param connection told when the client of the last open exchange disconnected */
  constructor(
    private readonly connection: { exchangeClosed(): void },
    private readonly failed: () => void,
  ) {}

  /** Whether an exchange is open; undefined if that can't be known. */
  get isOpen(): boolean | undefined {
    this.streams = this.streams.filter(isHeld);
    if (this.atNode > 0 || this.unanswered > 0 || this.streams.length > 0) return true;
    return this.hasBegun && !this.isUnseen ? false : undefined;
  }

  /** A request arrived. Its client may have disconnected already. */
  begin(request: unknown, response: unknown): void {
    this.hasBegun = true;
    const node = nodeResponse(request, response);
    if (node !== undefined) this.beginAtNode(node);
    else this.heed(signalOf(request));
  }

  /** Watches the answer that a transport returned, if nothing else watches it. */
  answeredBy(answer: unknown, request: unknown, response: unknown): void {
    if (nodeResponse(request, response) !== undefined) return;
    if (!(answer instanceof Promise)) {
      this.isUnseen = true;
      return;
    }
    const signal = signalOf(request);
    this.unanswered++;
    const over = (given?: Answer) => {
      this.unanswered--;
      const body = streamOf(given);
      if (body !== undefined) this.streams.push({ body: new WeakRef(body), signal });
    };
    answer.then(over, () => over());
  }

  /** The socket that a request comes by which a framework keeps in a context of its own; of others the endpoint tells. */
  addressIn(context: unknown): SocketAddress | undefined {
    const { env, node } = contextOf(context);
    const request = env?.incoming ?? node?.req;
    // While other exchanges are open, it is unknown which socket carried a message.
    return request && socketAddress(request, this.atNode === 0);
  }

  private beginAtNode(response: NodeResponse): void {
    // A response that is closed already emits no further event.
    if (response.destroyed === true || response.closed === true) {
      if (this.atNode === 0) this.allLeft();
      return;
    }
    this.allGone = false;
    this.atNode++;
    whenGone(response, this);
  }

  /** An exchange ended whose end Node reports. */
  gone(): void {
    // Older SDKs serve several exchanges at once on one transport, and do not show which of them an answer is for.
    if (--this.atNode === 0) this.allLeft();
  }

  private heed(signal: AbortSignal | undefined): void {
    if (signal?.aborted) this.allLeft();
    else {
      this.allGone = false;
      signal?.addEventListener('abort', () => this.allLeft(), { once: true });
    }
  }

  private allLeft(): void {
    this.allGone = true;
    try {
      this.connection.exchangeClosed();
    } catch {
      this.failed();
    }
  }
}

function isHeld({ body, signal }: HeldStream): boolean {
  return signal?.aborted !== true && body.deref() !== undefined;
}

function streamOf(answer: Answer | undefined): object | undefined {
  const isStream = answer?.headers?.get('content-type')?.startsWith('text/event-stream') === true;
  return isStream ? (answer?.body ?? undefined) : undefined;
}

function contextOf(request: unknown): Given {
  return (request ?? {}) as Given;
}

function nodeResponse(request: unknown, response: unknown): NodeResponse | undefined {
  if (isNodeResponse(response)) return response;
  const { env, node } = contextOf(request);
  return [env?.outgoing, node?.res].find(isNodeResponse);
}

function isNodeResponse(value: unknown): value is NodeResponse {
  return typeof (value as Partial<NodeResponse> | null | undefined)?.once === 'function';
}

function signalOf(request: unknown): AbortSignal | undefined {
  const { signal, req, request: inner } = contextOf(request);
  return [signal, req?.raw?.signal, req?.signal, inner?.signal].find((found) => found instanceof AbortSignal);
}
