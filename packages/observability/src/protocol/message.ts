/** JSON-RPC messages as they pass a transport: parsed, but not to be trusted any further. */

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
  /** Of 2025-11-25: the request shall become a task. */
  readonly task?: unknown;
  readonly mode?: unknown;
  readonly inputResponses?: Readonly<Record<string, unknown>>;
  readonly requestState?: unknown;
  readonly taskId?: unknown;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

interface Result {
  /** Of an elicitation: what the user did with it. */
  readonly action?: unknown;
  readonly isError?: unknown;
  /** Since 2026-07-28: `complete`, `input_required`, `task`, or what an extension has. */
  readonly resultType?: unknown;
  /** Of a result that asks for input. */
  readonly inputRequests?: unknown;
  readonly requestState?: unknown;
  /** Of 2025-11-25: what the request became. */
  readonly task?: unknown;
  readonly protocolVersion?: unknown;
  readonly tools?: unknown;
  readonly prompts?: unknown;
  readonly nextCursor?: unknown;
}

/** What a transport hands over beside a message; SDK v1 gives `requestInfo`, v2 the `request` itself. */
export interface MessageExtra {
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, string | string[] | undefined>> };
  readonly request?: { readonly headers?: { get(name: string): string | null } };
  /** Who asks, where somebody has found that out. */
  readonly authInfo?: unknown;
}

/** Keys of `params._meta` in which every request of protocol 2026-07-28 states who asks. */
const META_VERSION = 'io.modelcontextprotocol/protocolVersion';
const META_CLIENT = 'io.modelcontextprotocol/clientInfo';

export interface Identity {
  readonly protocolVersion: unknown;
  readonly client: unknown;
}

/** Who sent a request, as far as the request itself says so: in `_meta`, else in the HTTP headers. */
export function identityOf(message: Message, extra: MessageExtra | undefined): Identity {
  const meta = message.params?._meta;
  const version = meta?.[META_VERSION] ?? headerOf(extra, 'mcp-protocol-version');
  const client = meta?.[META_CLIENT] as { name?: unknown } | undefined;
  return { protocolVersion: version, client: client?.name };
}

/** An HTTP header of the request that carried a message. */
export function headerOf(extra: MessageExtra | undefined, name: string): string | undefined {
  const header = extra?.requestInfo?.headers?.[name] ?? extra?.request?.headers?.get(name);
  return typeof header === 'string' ? header : undefined;
}

/** The version that the answer to an `initialize` request settles; the answer may be anything. */
export function negotiatedVersion(answer: Message): unknown {
  try {
    return answer.result?.protocolVersion;
  } catch {
    return undefined;
  }
}
