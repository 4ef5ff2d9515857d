import { OUTCOMES, type Outcome } from './queries.js';

/** The JSON-RPC codes for errors that the client caused. */
const CLIENT_FAULTS = [-32_700, -32_600, -32_601, -32_602, -32_002];

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly requestId?: unknown };
  readonly result?: { readonly isError?: unknown };
  readonly error?: { readonly code: number };
}

interface Watchable {
  send(message: never, ...rest: never[]): Promise<void>;
  // Its type is different in each SDK.
  onmessage?: unknown;
}

type Handler = (message: Message, ...rest: unknown[]) => void;

/** The clients' own count, to check the figures of Prometheus. */
export class Tally {
  /** How many requests were sent. */
  private sent = 0;
  private readonly answers = new Map<Outcome, number>();
  private readonly sending = new WeakMap<object, Set<Promise<void>>>();

  /** Counts the requests of a client and their answers. Must be called before the client connects. */
  watch<T extends Watchable>(transport: T): T {
    const pending = new Set<unknown>();
    const sending = new Set<Promise<void>>();
    this.sending.set(transport, sending);
    const { send } = transport;
    transport.send = (message: Message, ...rest: unknown[]) => {
      if (message.method !== undefined && message.id !== undefined) {
        this.sent++;
        pending.add(message.id);
      }
      // The client ignores an answer that comes after its cancel.
      if (message.method === 'notifications/cancelled') pending.delete(message.params?.requestId);
      const sent = (send as (...args: unknown[]) => Promise<void>).call(transport, message, ...rest);
      sending.add(sent);
      const forget = () => sending.delete(sent);
      sent.then(forget, forget);
      return sent;
    };
    onEveryMessage(transport, (message) => {
      if (message.method === undefined && pending.delete(message.id)) this.answered(outcomeOf(message));
    });
    return transport;
  }

  /**
   * Resolves when every message has been sent. If a client disconnects before its cancel has arrived, the
   * server rejects the cancel. The server rejects it unread, so it can't distinguish it from a request.
   */
  async settled(transport: Watchable): Promise<void> {
    await Promise.allSettled(this.sending.get(transport) ?? []);
  }

  /** Returns the requests by outcome. A request without an answer was cancelled by its client. */
  outcomes(): Map<Outcome, number> {
    const answered = [...this.answers.values()].reduce((sum, count) => sum + count, 0);
    const counts = OUTCOMES.map((outcome) => [outcome, this.answers.get(outcome) ?? 0] as const);
    return new Map<Outcome, number>([...counts, ['cancelled', this.sent - answered]]);
  }

  private answered(outcome: Outcome): void {
    this.answers.set(outcome, (this.answers.get(outcome) ?? 0) + 1);
  }
}

/**
 * Calls the listener for every message, also when the client replaces its handler.
 * It does so after its first contact.
 */
function onEveryMessage(transport: Watchable, listener: (message: Message) => void): void {
  let handler: Handler | undefined;
  const get = () => handler;
  const set = (next: Handler | undefined) => {
    handler =
      next &&
      ((message, ...rest) => {
        listener(message);
        next(message, ...rest);
      });
  };
  Object.defineProperty(transport, 'onmessage', { get, set, configurable: true });
}

function outcomeOf({ result, error }: Message): Outcome {
  if (error) return CLIENT_FAULTS.includes(error.code) ? 'client_error' : 'server_error';
  return result?.isError === true ? 'tool_error' : 'ok';
}
