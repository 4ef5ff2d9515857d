import { describe, expect, it } from 'vitest';
import {
  Accessors,
  Called,
  ofClass,
  UNWATCHABLE,
  WATCHED,
} from '../../../../test/support/transport-shapes.js';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { ToolFingerprint } from './fingerprint.js';
import type { Unwatchable } from './intercept.js';
import { LongCallReport } from './long-call-report.js';
import { LongCalls } from './long-calls.js';
import { IdleSessions } from './sessions.js';
import { watchTransport } from './transport.js';
import type { Transport } from './transport-kind.js';

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

/** Connects as both SDKs do: it calls the previous callbacks first. Answers every message. */
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
  it('that is one of many of its class keeps the callbacks that each of them got', async () => {
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

  it.each(Object.entries(WATCHED))('with %s is observed', async (_, make) => {
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
    'with %s is observed once when callbacks are set again',
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
    'that %s works as without the toolkit, and is reported',
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
