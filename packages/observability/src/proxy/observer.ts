import type { RequestScope } from '../follow/scope.js';
import { UNREADABLE, UNRECORDED } from '../mcp/call-audit.js';
import type { Connection } from '../mcp/connection.js';
import type { ConnectionContext } from '../mcp/context.js';
import type { ServerInfo } from '../mcp/server.js';
import { LISTEN, Subscriptions } from '../mcp/subscriptions.js';
import { isId } from '../mcp/validity.js';
import type { Message, MessageExtra, RequestId } from '../protocol/message.js';
import { Doubtful } from './doubtful.js';
import type { Line } from './lines.js';
import { fromServer } from './long-lines.js';
import type { Reader } from './reader.js';

/** Methods whose answers are read in full, for the server's name, the names that exist, or a task's state. */
const TELLING: ReadonlySet<unknown> = new Set([
  'initialize',
  'server/discover',
  'tools/list',
  'prompts/list',
  'tasks/get',
  'tasks/result',
]);

const CANCELLED = 'notifications/cancelled';

/** More requests than any client has in flight at once. */
const MAX_TELLING = 1_000;

const VERSION = '2.0';

/** One error for all messages, since recording its stack takes longer than reading a message. */
const NOT_JSON_RPC = new SyntaxError('no JSON-RPC message');

/** In the `_meta` of every result of protocol 2026-07-28. */
const META_SERVER = 'io.modelcontextprotocol/serverInfo';

/** The clock for the messages that pass. */
export interface Time {
  now(): number;
}

interface Introduction {
  readonly serverInfo?: unknown;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/**
 * Reports to a connection what passes between a client and a server that both run elsewhere. Errors in here
 * are counted, and do not affect what passes.
 */
export class Observer {
  readonly subscriptions: Subscriptions;
  private readonly telling = new Set<RequestId>();
  private readonly doubtful = new Doubtful(() => this.unreadable());
  private areBatchesTaken = false;
  private latest: RequestScope | undefined;
  /** Whether calls must not be passed on without an audit record. */
  readonly isStrict: boolean;
  /** If strict: the requests that were read since the last `takeRefusals`, and why they are refused. */
  private asked: RequestId[] = [];
  private refusal: Message['error'];

  constructor(
    private readonly context: ConnectionContext,
    readonly connection: Connection,
    /** Called with the name and version that the server reports. */
    private readonly onIntroduced: (server: ServerInfo) => void = () => {},
    private readonly time: Time = performance,
  ) {
    this.subscriptions = new Subscriptions(context.recorder.http);
    this.isStrict = context.audit?.isRequired === true;
  }

  /** Whether a call could be recorded now. */
  get isRecordable(): boolean {
    return this.context.audit?.isWritable !== false;
  }

  /** Whether an answer is expected that has to be read in full. */
  get awaitsMore(): boolean {
    return this.telling.size > 0;
  }

  readonly client: Reader = {
    message: (message) => {
      if (!this.doubtful.isIdle) this.doubtful.expire(this.time.now());
      this.latest = this.received(message, undefined);
    },
    doubtful: (message, isOfBatch) => this.doubted(message, isOfBatch),
    unreadable: () => this.unreadable(),
    lost: () => this.lost(),
  };

  readonly server: Reader = {
    message: (message, bytes) => this.sent(message, bytes),
    unreadable: () => this.unreadable(),
    lost: () => this.lost(),
  };

  /** @returns the scope of the client's request that `read` read, if it has one */
  during(read: () => void): RequestScope | undefined {
    this.latest = undefined;
    read();
    return this.latest;
  }

  /** @returns the scope of a request, if it has one */
  received(
    message: Message,
    extra: MessageExtra | undefined,
    at = this.time.now(),
  ): RequestScope | undefined {
    try {
      if (isId(message.id) && TELLING.has(message.method) && this.telling.size < MAX_TELLING)
        this.telling.add(message.id);
      if (isId(message.id) && message.method === LISTEN) this.subscriptions.requested(message.id);
      const scope = this.connection.received(message, extra, at);
      if (message.method === CANCELLED) this.subscriptions.ended(message.params?.requestId as RequestId);
      this.connection.delivered();
      if (this.isStrict) this.screen(message);
      return scope;
    } catch {
      this.context.recorder.dropped('internal_error');
      return undefined;
    }
  }

  /**
   * A batch is passed on as a whole, or not at all.
   *
   * @returns the answers to what was read since the last call, if it must not be passed on
   */
  takeRefusals(): Message[] {
    const { asked, refusal } = this;
    this.asked = [];
    this.refusal = undefined;
    if (refusal === undefined) return [];
    const ids: (RequestId | null)[] = asked.length > 0 ? asked : [null];
    return ids.map((id) => ({ jsonrpc: VERSION, id: id as RequestId, error: refusal }));
  }

  private screen({ id, method }: Message): void {
    if (isId(id) && method !== undefined) this.asked.push(id);
    if (this.connection.requests.takeRefusal() !== undefined) this.refusal = UNRECORDED;
  }

  /**
   * Called for every message, so it creates no closures.
   *
   * @param related the request on whose stream it came, if that request is the only one there
   */
  sent(message: Message, bytes: number, related?: RequestId): void {
    try {
      if (!this.doubtful.isIdle) this.confirmed(message);
      // Before the request ends, since its log line and its span contain the server's name.
      if (this.telling.size > 0) this.told(message);
      if (!this.subscriptions.isIdle) this.subscribed(message);
      const operation = this.connection.sending(message, related, this.time.now());
      this.connection.sent(operation, bytes);
    } catch {
      this.context.recorder.dropped('internal_error');
    }
  }

  /** The connection closed, which ends everything on it. */
  closed(): void {
    this.attempt(() => this.doubtful.end());
    this.attempt(() => this.subscriptions.allEnded());
    this.attempt(() => this.connection.closed());
  }

  /** Runs code that only observes. Its errors are counted. */
  attempt(observe: () => void): void {
    try {
      observe();
    } catch {
      this.context.recorder.dropped('internal_error');
    }
  }

  /**
   * Reads a long line from the server by its ends. Returns undefined if that is not enough.
   *
   * @param maxParsed longer lines are read by their ends even if details stay unknown, unless their content
   * is needed
   */
  readonly fromServer = (line: Line, maxParsed?: number): Message | undefined =>
    fromServer(line, this.telling, maxParsed);

  private doubted(message: Message, isOfBatch: boolean): void {
    const at = this.time.now();
    this.doubtful.expire(at);
    // If strict, the call has to be recorded before the server receives it.
    const isKnown = this.isStrict || (isOfBatch && this.areBatchesTaken);
    if (isId(message.id) && !isKnown) this.doubtful.hold(message.id, { message, at, isOfBatch });
    else this.received(message, undefined, at);
  }

  /** If the message answers a held request, the server has accepted that request. */
  private confirmed({ id, method }: Message): void {
    const held = method === undefined && isId(id) ? this.doubtful.answered(id) : undefined;
    if (held === undefined) return;
    if (held.isOfBatch) this.areBatchesTaken = true;
    this.received(held.message, undefined, held.at);
  }

  private subscribed(message: Message): void {
    const { method, id } = message;
    if (method !== undefined) {
      const opened = id === undefined ? this.subscriptions.announced(message) : undefined;
      if (opened) this.connection.abandoned(opened.id, opened.ending);
    } else if (isId(id)) {
      const ending = this.subscriptions.answered(id, message);
      if (ending) this.connection.abandoned(id, ending);
    }
  }

  private told({ method, id, result }: Message): void {
    if (method === undefined && isId(id) && this.telling.delete(id)) this.introduced(result);
  }

  private introduced(result: Message['result']): void {
    const { serverInfo, _meta } = (result ?? {}) as Introduction;
    const info = (serverInfo ?? _meta?.[META_SERVER]) as { name?: unknown; version?: unknown } | undefined;
    if (!info) return;
    const server = { name: info.name, version: info.version, sdk: 'unknown' };
    this.context.recorder.serverSeen(server);
    this.onIntroduced(server);
  }

  private unreadable(): void {
    this.attempt(() => this.connection.failures.add(NOT_JSON_RPC));
  }

  private lost(): void {
    if (this.isStrict) this.refusal = UNREADABLE;
    this.attempt(() => this.context.recorder.dropped('message_too_long'));
  }
}
