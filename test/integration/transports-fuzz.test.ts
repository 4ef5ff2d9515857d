import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';
import { total } from './scenarios/metrics.js';
import { v1Server } from './scenarios/v1.js';
import { v2Server } from './scenarios/v2.js';

/** For more cases: PMCP_FUZZ_TRANSPORTS=20000 npx vitest run --project integration transports-fuzz */
const COUNT = Number(process.env.PMCP_FUZZ_TRANSPORTS ?? 150);
const SEED = Number(process.env.PMCP_FUZZ_SEED ?? 1);

type Random = (below: number) => number;
type Callback = ((...args: unknown[]) => unknown) | undefined;

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const KEYS = ['onmessage', 'onclose', 'onerror'] as const;

/** Makes a random transport: how it keeps its callbacks, what its methods do, and whether it is wrapped. */
function randomTransport(random: Random) {
  const traffic: unknown[] = [];
  const kept: Record<string, Callback> = {};
  const [starts, sends, closes] = [random(4), random(4), random(3)];
  class Transport {
    async start(): Promise<void> {
      traffic.push('start');
      if (starts === 1) await null;
      if (starts === 2) deliver({ jsonrpc: '2.0', id: 'early', method: 'ping' });
    }
    send(message: unknown): unknown {
      traffic.push(JSON.parse(JSON.stringify(message)));
      if (sends === 1) return undefined;
      if (sends === 2) return new Promise(() => {});
      return sends === 3 ? Promise.reject(new Error('not sent')) : Promise.resolve();
    }
    async close(): Promise<void> {
      traffic.push('close');
      if (closes === 1) return;
      if (closes === 2) call('onclose');
      call('onclose');
    }
  }
  class Sub extends Transport {}
  /** A transport like SDK v2's for one exchange: all messages arrive by a method call. */
  class Called extends Transport {
    handleMessage(key: (typeof KEYS)[number], ...args: unknown[]): unknown {
      return read(key)?.apply(this, args);
    }
  }
  const made = new ([Transport, Sub, Called][random(3)] ?? Transport)() as Transport &
    Record<string, Callback>;
  const reads: (() => Callback)[] = [];
  for (const key of KEYS) {
    const get = () => kept[key];
    const set = (callback: Callback) => {
      kept[key] = callback;
    };
    const holder = random(2) === 0 ? made : Object.getPrototypeOf(made);
    const shape = random(4);
    if (shape === 0) Object.defineProperty(holder, key, { configurable: true, get, set });
    else if (shape === 1) Object.defineProperty(holder, key, { configurable: true, set });
    else if (shape === 2) made[key] = undefined;
    reads.push(shape === 0 || shape === 1 ? get : () => made[key]);
  }
  const read = (key: (typeof KEYS)[number]) => reads[KEYS.indexOf(key)]?.();
  const call = (key: (typeof KEYS)[number], ...args: unknown[]) =>
    made.handleMessage === undefined
      ? read(key)?.apply(made, args)
      : made.handleMessage(...([key, ...args] as never[]));
  const deliver = (message: object) => call('onmessage', message);
  const fix = random(6);
  if (fix === 0) Object.preventExtensions(made);
  const bind = random(2) === 0;
  const proxy = new Proxy(made, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      return bind && typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { transport: random(3) === 0 ? proxy : made, traffic, call, deliver };
}

const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Plays events on one transport, and returns what its server and its client see. */
async function play(
  seed: number,
  build: () => object,
  observe: (server: object) => object,
): Promise<unknown[]> {
  const random = randomOf(seed);
  const { transport, traffic, call, deliver } = randomTransport(random);
  const server = observe(build()) as { connect(transport: unknown): Promise<void>; close(): Promise<void> };
  const tried = async (does: () => unknown) => {
    try {
      await Promise.race([does(), settled()]);
    } catch (error) {
      traffic.push(String(error));
    }
  };
  if (random(4) === 0) deliver({ jsonrpc: '2.0', id: 'before', method: 'ping' });
  await tried(() => server.connect(transport));
  const acts = [
    () => deliver({ jsonrpc: '2.0', id: random(5), method: 'ping' }),
    () => deliver({ jsonrpc: '2.0', id: random(5), method: 'tools/call', params: { name: 'hangs' } }),
    () => deliver({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: random(5) } }),
    () => deliver({ jsonrpc: '2.0', id: random(5), method: 'unknown' }),
    () => call('onerror', new Error('trouble')),
    () => transport.start(),
    () => {
      const inner = transport.onmessage;
      if (inner === undefined) return;
      transport.onmessage = (...args) => {
        traffic.push('passed');
        return inner(...args);
      };
    },
    () => transport.close(),
  ];
  for (let i = random(12); i > 0; i--) {
    await tried(acts[random(random(4) === 0 ? acts.length : 6)] as () => unknown);
    await settled();
  }
  await tried(() => server.close());
  await tried(() => transport.close());
  await settled();
  return traffic;
}

describe.each([
  ['v1', v1Server],
  ['v2', v2Server],
])('random transports of a server of %s', (_, build) => {
  it(`carry the same traffic with the toolkit as without, and leave nothing open, in ${COUNT} cases from seed ${SEED}`, async () => {
    const unhandled = () => {};
    // Transports that send nothing leave unhandled rejections, with and without the toolkit.
    process.on('unhandledRejection', unhandled);
    const { observe, registry } = createObservability(ALONE) as Observability;
    let carried = 0;
    try {
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const bare = await play(seed, build, (server) => server);
        expect(await play(seed, build, observe), `seed ${seed}`).toEqual(bare);
        carried += bare.length;
      }
      expect(carried).toBeGreaterThan(3 * COUNT);
      const samples = parseSamples(await registry.metrics());
      expect(total(samples, catalog.activeConnections)).toBe(0);
      expect(total(samples, catalog.requestsInFlight)).toBe(0);
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });
});
