import { describe, expect, it } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { ToolFingerprint } from './fingerprint.js';
import type { Unwatchable } from './intercept.js';
import { LongCallReport } from './long-call-report.js';
import { LongCalls } from './long-calls.js';
import { IdleSessions } from './sessions.js';
import { watchTransport } from './transport.js';
import type { Transport } from './transport-kind.js';

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
class Called extends Fields {
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

class Accessors extends Base {
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

function ofClass(made: Base & { deliver(message: object): void }): Case {
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

const WATCHED: Record<string, () => Case> = {
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

const UNWATCHABLE: Record<string, () => Case> = {
  'is frozen': sealed(Object.freeze),
  'is sealed': sealed(Object.seal),
  'takes no new properties': sealed(Object.preventExtensions),
  'has a callback that cannot be configured': fixed('onclose'),
  'has a method that cannot be configured': fixed('send', Base.prototype.send),
  'refuses that its properties are defined': () => proxied({ defineProperty: onlyValues }),
  'keeps its callbacks in a proxy': hidden,
};

function toolkit() {
  const families = createFamilies();
  const unwatchable: Unwatchable[] = [];
  const recorder = new Recorder(families, { names: 10, clients: 10 });
  const context = {
    recorder,
    longCalls: new LongCalls(new LongCallReport(recorder, () => undefined)),
    sessions: new IdleSessions(60_000),
    fingerprint: new ToolFingerprint(families, () => recorder.dropped('internal_error')),
    onUnwatchable: (reason: Unwatchable) => void unwatchable.push(reason),
  };
  const { requests, requestsInFlight, activeConnections } = families;
  return {
    context,
    unwatchable,
    counted: () => requests.value(requests.slot('ping', '', 'ok')),
    gauges: () => [
      requestsInFlight.value(requestsInFlight.slot('ping')),
      activeConnections.value(activeConnections.slot('other')),
    ],
  };
}

/** Connects as both SDKs do, with what was there before called first, and answers every message. */
async function connect(transport: Transport): Promise<void> {
  const { onmessage: before } = transport;
  transport.onclose = () => {};
  transport.onerror = () => {};
  transport.onmessage = ((message: { id: number }) => {
    before?.(message as never);
    void transport.send({ jsonrpc: '2.0', id: message.id, result: {} });
  }) as never;
  await transport.start();
}

const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' });

describe('a transport', () => {
  it('that is one of many of its class has what each of them was given', async () => {
    const { context, counted } = toolkit();
    const made = [Called, Accessors, Called, Accessors].map((Transport) => ofClass(new Transport()));
    for (const { transport } of made) {
      watchTransport(transport, context, {});
      await connect(transport);
    }
    made.forEach(({ deliver }, i) => {
      deliver(ping(i));
    });
    expect(made.map(({ sent }) => sent)).toEqual(made.map((_, i) => [expect.objectContaining({ id: i })]));
    expect(counted()).toBe(4);
  });

  it.each(Object.entries(WATCHED))('that has %s is watched', async (_, make) => {
    const { context, counted, gauges, unwatchable } = toolkit();
    const { transport, deliver, sent } = make();
    watchTransport(transport, context, {});
    await connect(transport);
    deliver(ping(1));
    deliver(ping(2));
    expect(sent).toHaveLength(2);
    expect(counted()).toBe(2);
    expect(gauges()).toEqual([0, 1]);
    await transport.close();
    expect(gauges()).toEqual([0, 0]);
    expect(unwatchable).toEqual([]);
  });

  it.each(Object.entries(WATCHED))(
    'that has %s is watched once when callbacks are set again',
    async (_, make) => {
      const { context, counted } = toolkit();
      const { transport, deliver, sent } = make();
      watchTransport(transport, context, {});
      await connect(transport);
      const inner = transport.onmessage;
      let seen = 0;
      if (inner !== undefined) {
        transport.onmessage = (message, extra) => {
          seen++;
          return inner(message, extra);
        };
      }
      deliver(ping(1));
      expect([sent.length, counted()]).toEqual([1, 1]);
      expect(seen).toBe(inner === undefined ? 0 : 1);
      if (inner !== undefined) transport.onmessage = inner;
      deliver(ping(2));
      expect([sent.length, counted()]).toEqual([2, 2]);
    },
  );

  it.each(Object.entries(UNWATCHABLE))(
    'that %s serves as without the toolkit, and is told of',
    async (_, make) => {
      const bare = make();
      const { context, unwatchable, gauges } = toolkit();
      const observed = make();
      const keys = Reflect.ownKeys(observed.transport);
      watchTransport(observed.transport, context, {});
      if (unwatchable.length > 0) expect(Reflect.ownKeys(observed.transport)).toEqual(keys);
      for (const { transport, deliver } of [bare, observed]) {
        await connect(transport);
        deliver(ping(1));
        deliver(ping(2));
      }
      expect(observed.sent).toEqual(bare.sent);
      expect(observed.sent).toHaveLength(2);
      expect(unwatchable.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^its \w+ (cannot|is set)/),
      ]);
      expect(gauges()[0]).toBe(0);
    },
  );
});
