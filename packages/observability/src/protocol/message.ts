/** JSON-RPC messages as they pass a transport: parsed, but not validated. */

export type RequestId = string | number;

export interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: RequestId | null;
  readonly method?: unknown;
  readonly params?: Params;
  readonly result?: Result;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

interface Params {
  readonly name?: unknown;
  readonly arguments?: object;
  readonly uri?: unknown;
  readonly cursor?: unknown;
  readonly requestId?: RequestId;
  readonly protocolVersion?: unknown;
  readonly clientInfo?: { readonly name?: unknown };
  /** Protocol 2025-11-25: asks that the request becomes a task. */
  readonly task?: unknown;
  readonly mode?: unknown;
  readonly inputResponses?: Readonly<Record<string, unknown>>;
  readonly requestState?: unknown;
  readonly taskId?: unknown;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

interface Result {
  /** What the user did with an elicitation. */
  readonly action?: unknown;
  readonly isError?: unknown;
  /** Since protocol 2026-07-28: `complete`, `input_required`, `task`, or a type of an extension. */
  readonly resultType?: unknown;
  /** The questions of a result that asks for input. */
  readonly inputRequests?: unknown;
  readonly requestState?: unknown;
  /** Protocol 2025-11-25: the task that the request became. */
  readonly task?: unknown;
  readonly protocolVersion?: unknown;
  readonly tools?: unknown;
  readonly prompts?: unknown;
  readonly nextCursor?: unknown;
}

/** What a transport passes with a message. SDK v1 has `requestInfo`, v2 the `request` itself. */
export interface MessageExtra {
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, string | string[] | undefined>> };
  readonly request?: { readonly headers?: { get(name: string): string | null } };
  /** The authenticated caller, if there is one. */
  readonly authInfo?: unknown;
}

/** Keys of `params._meta` in which every request of protocol 2026-07-28 names its client. */
const META_VERSION = 'io.modelcontextprotocol/protocolVersion';
const META_CLIENT = 'io.modelcontextprotocol/clientInfo';

export interface Identity {
  readonly protocolVersion: unknown;
  readonly client: unknown;
}

/** Returns the client that a request names: in `_meta`, or else in the HTTP headers. */
export function identityOf(message: Message, extra: MessageExtra | undefined): Identity {
  const meta = message.params?._meta;
  const version = meta?.[META_VERSION] ?? headerOf(extra, 'mcp-protocol-version');
  const client = meta?.[META_CLIENT] as { name?: unknown } | undefined;
  return { protocolVersion: version, client: client?.name };
}

/** Returns an HTTP header of the request that carried a message. */
export function headerOf(extra: MessageExtra | undefined, name: string): string | undefined {
  const header = extra?.requestInfo?.headers?.[name] ?? extra?.request?.headers?.get(name);
  return typeof header === 'string' ? header : undefined;
}

/** Returns the protocol version in the answer to an `initialize` request. The answer may be any object. */
export function negotiatedVersion(answer: Message): unknown {
  try {
    return answer.result?.protocolVersion;
  } catch {
    return undefined;
  }
}
