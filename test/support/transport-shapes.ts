import type { Transport } from '../../packages/observability/src/mcp/transport-kind.js';

type Callback = ((...args: never[]) => unknown) | undefined;

/** A transport, and how a message gets into it. */
interface Case {
  readonly transport: Transport;
  readonly deliver: (message: object) => void;
  readonly sent: unknown[];
}

/** Keeps what it is given where only it can see it. */
class Base {
  readonly sent: unknown[] = [];
  async start(): Promise<void> {}
  async send(message: unknown): Promise<void> {
    this.sent.push(message);
  }
  async close(): Promise<void> {}
}

class Fields extends Base {
  onmessage: Callback;
  onclose: Callback;
  onerror: Callback;
  deliver(message: object): void {
    this.onmessage?.(message as never);
  }
}

/** As SDK v2's transport for one exchange. */
export class Called extends Fields {
  handleMessage(message: object): void {
    this.onmessage?.(message as never);
  }
  override deliver(message: object): void {
    this.handleMessage(message);
  }
}

class Inherited extends Base {
  declare onmessage: Callback;
  deliver(message: object): void {
    this.onmessage?.(message as never);
  }
}
Object.assign(Inherited.prototype, { onmessage: undefined, onclose: undefined, onerror: undefined });

class WriteOnly extends Base {
  #onmessage: Callback;
  #onclose: Callback;
  set onmessage(callback: Callback) {
    this.#onmessage = callback;
  }
  set onclose(callback: Callback) {
    this.#onclose = callback;
  }
  set onerror(_callback: Callback) {}
  deliver(message: object): void {
    this.#onmessage?.(message as never);
  }
  override async close(): Promise<void> {
    (this.#onclose as (() => void) | undefined)?.();
  }
}

/** Takes its callbacks by setters. */
export class Accessors extends Base {
  #onmessage: Callback;
  get onmessage(): Callback {
    return this.#onmessage;
  }
  set onmessage(callback: Callback) {
    this.#onmessage = callback;
  }
  deliver(message: object): void {
    this.#onmessage?.(message as never);
  }
}

class GottenMethods extends Fields {
  #started = false;
  // @ts-expect-error A method of the base class is an accessor here, as untyped transports have it.
  override get start() {
    return async () => {
      this.#started = true;
    };
  }
  // @ts-expect-error Likewise.
  override get send() {
    return async (message: unknown) => {
      if (this.#started) this.sent.push(message);
    };
  }
}

export function ofClass(made: Base & { deliver(message: object): void }): Case {
  return { transport: made as never, sent: made.sent, deliver: (message) => made.deliver(message) };
}

function ownAccessor(): Case {
  const made = new Base();
  let onmessage: Callback;
  Object.defineProperty(made, 'onmessage', {
    configurable: true,
    get: () => onmessage,
    set: (callback) => {
      onmessage = callback;
    },
  });
  return { transport: made as never, sent: made.sent, deliver: (message) => onmessage?.(message as never) };
}

function proxied(handler: ProxyHandler<Fields>): Case {
  const made = new Fields();
  return { ...ofClass(made), transport: new Proxy(made, handler) as never };
}

const bound: ProxyHandler<Fields> = {
  get: (target, key) => {
    const value: unknown = Reflect.get(target, key);
    return typeof value === 'function' ? value.bind(target) : value;
  },
};

/** Transports that can be watched, by how they keep callbacks and methods. */
export const WATCHED: Record<string, () => Case> = {
  'own fields': () => ofClass(new Fields()),
  'fields that a method calls': () => ofClass(new Called()),
  'fields of its prototype': () => ofClass(new Inherited()),
  'setters without getters': () => ofClass(new WriteOnly()),
  'setters and getters': () => ofClass(new Accessors()),
  'accessors of its own': ownAccessor,
  'methods that are gotten': () => ofClass(new GottenMethods()),
  'a proxy before it': () => proxied({}),
  'a proxy before it that binds its methods': () => proxied(bound),
};

/** Callbacks go to a place of the proxy's own. */
function hidden(): Case {
  const made = new Fields();
  const callbacks: Record<string, Callback> = {};
  const transport = new Proxy(made, {
    set: (target, key, value) => {
      if (String(key).startsWith('on')) callbacks[String(key)] = value;
      else Reflect.set(target, key, value);
      return true;
    },
  });
  return {
    transport: transport as never,
    sent: made.sent,
    deliver: (message) => callbacks.onmessage?.(message as never),
  };
}

const sealed = (how: (object: Base) => unknown) => () => {
  const made = new WriteOnly();
  how(made);
  return ofClass(made);
};

function fixed(key: string, value?: unknown): () => Case {
  return () => {
    const made = new Fields();
    Object.defineProperty(made, key, { value, writable: true, configurable: false });
    return ofClass(made);
  };
}

/** Callbacks may be assigned, and no accessors put in their place. */
function onlyValues(target: object, key: string | symbol, descriptor: PropertyDescriptor): boolean {
  return 'value' in descriptor && typeof key === 'string' && Reflect.defineProperty(target, key, descriptor);
}

/** Transports that nothing can be put around, by why. */
export const UNWATCHABLE: Record<string, () => Case> = {
  'is frozen': sealed(Object.freeze),
  'is sealed': sealed(Object.seal),
  'takes no new properties': sealed(Object.preventExtensions),
  'has a callback that cannot be configured': fixed('onclose'),
  'has a method that cannot be configured': fixed('send', Base.prototype.send),
  'refuses that its properties are defined': () => proxied({ defineProperty: onlyValues }),
  'keeps its callbacks in a proxy': hidden,
};
