import type { ExchangeListener } from './listener.js';

/** A server may have one path for each user, which is too many to keep. Paths above this limit count once a request reaches a server. */
const MAX_PATHS = 100;

type Listeners = Map<string, ExchangeListener>;

/** The endpoints that serve MCP, and the listeners of each. */
export class Paths {
  private readonly anywhere: Listeners = new Map();
  private readonly byServer = new WeakMap<object, Listeners>();
  private readonly ignored = new WeakSet<object>();

  /** @param server the HTTP server of the path, if it is known */
  add(path: string, listener: ExchangeListener, server?: object): void {
    const listeners = server === undefined ? this.anywhere : this.of(server);
    if (listeners.get(path) === listener) return;
    if (listeners.size < MAX_PATHS || listeners.has(path)) listeners.set(path, listener);
  }

  /** Marks a server that serves no MCP. */
  ignore(server: object): void {
    this.ignored.add(server);
  }

  listenerAt(path: string, server: object): ExchangeListener | undefined {
    const listener = this.byServer.get(server)?.get(path) ?? this.anywhere.get(path);
    return listener === undefined || this.ignored.has(server) ? undefined : listener;
  }

  forget(listener: ExchangeListener): void {
    for (const [path, owner] of this.anywhere) if (owner === listener) this.anywhere.delete(path);
  }

  private of(server: object): Listeners {
    let listeners = this.byServer.get(server);
    if (listeners === undefined) {
      listeners = new Map();
      this.byServer.set(server, listeners);
    }
    return listeners;
  }
}
