import { describe, expect, it } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { ToolFingerprint } from './fingerprint.js';
import { IdleSessions } from './sessions.js';
import { watchTransport } from './transport.js';
import type { Transport } from './transport-kind.js';

function toolkit() {
  const families = createFamilies();
  const recorder = new Recorder(families, { names: 10, clients: 10 });
  const context = {
    recorder,
    sessions: new IdleSessions(60_000),
    fingerprint: new ToolFingerprint(families),
  };
  const dropped = () =>
    families.telemetryDropped.value(families.telemetryDropped.slot('metrics', 'internal_error'));
  return { context, dropped };
}

class Loop {
  readonly log: unknown[] = [];
  onmessage: Transport['onmessage'];
  onclose: Transport['onclose'];
  onerror: Transport['onerror'];
  async start(): Promise<void> {
    this.log.push('start');
  }
  async send(message: unknown, options?: unknown): Promise<void> {
    this.log.push(['send', message, options]);
  }
  async close(): Promise<void> {}
}

/** Does what the SDKs do at connect: callbacks first, then start. */
async function started(context: Parameters<typeof watchTransport>[1], transport = new Loop()): Promise<Loop> {
  watchTransport(transport, context, {});
  transport.onmessage = (message: unknown, extra?: unknown) =>
    transport.log.push(['message', message, extra]);
  transport.onclose = () => transport.log.push('close');
  transport.onerror = (error) => transport.log.push(['error', error]);
  await transport.start();
  return transport;
}

const request = { id: 1, method: 'ping' } as never;

describe('a watched transport', () => {
  it('passes on every message, option, error and close exactly as it came', async () => {
    const transport = await started(toolkit().context);
    const error = new Error('x');
    const extra = { authInfo: {} } as never;
    const answer = { id: 1, result: {} };
    const options = { relatedRequestId: 1 };
    transport.onmessage?.(request, extra);
    await transport.send(answer, options);
    transport.onerror?.(error);
    transport.onclose?.();
    expect(transport.log).toEqual([
      'start',
      ['message', request, extra],
      ['send', answer, options],
      ['error', error],
      'close',
    ]);
    expect(transport.log[1]).toSatisfy((entry: unknown[]) => entry[1] === request && entry[2] === extra);
  });

  it.each([
    ['null', null],
    ['a string', 'hello'],
    [
      'a getter that throws',
      Object.defineProperty({}, 'method', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    ['params that are null', { id: 2, method: 'tools/call', params: null }],
    ['an absurd id', { id: { toString: null }, method: 'tools/call' }],
  ])('passes on a message that is %s', async (_, message) => {
    const transport = await started(toolkit().context);
    transport.onmessage?.(message as never);
    await transport.send(message);
    expect(transport.log.filter((entry) => Array.isArray(entry))).toHaveLength(2);
  });

  it('goes on when recording throws, and counts what was lost', async () => {
    const { context, dropped } = toolkit();
    const transport = await started(context);
    context.recorder.requestStarted = () => {
      throw new Error('broken');
    };
    transport.onmessage?.(request);
    expect(transport.log).toHaveLength(2);
    expect(dropped()).toBe(1);
  });

  it('ends a request whose answer can not be read', async () => {
    const { context, dropped } = toolkit();
    const transport = await started(context);
    const circular: Record<string, unknown> = { name: 'x' };
    circular.self = circular;
    transport.onmessage?.({ id: 1, method: 'tools/list' } as never);
    await transport.send({ id: 1, result: { tools: [circular] } });
    const { requests, requestsInFlight } = context.recorder.families;
    expect(requests.value(requests.slot('tools/list', '', 'ok'))).toBe(1);
    expect(requestsInFlight.value(requestsInFlight.slot('tools/list'))).toBe(0);
    expect(dropped()).toBe(1);
  });

  it('keeps the usual error types apart, whatever codes a server makes up', async () => {
    const { context } = toolkit();
    const transport = await started(context);
    const end = async (error: object) => {
      transport.onmessage?.(request);
      await transport.send({ id: 1, error });
    };
    for (let code = 1; code <= 100; code++) await end({ code });
    await end({ code: -32603 });
    const { errors } = context.recorder.families;
    expect(errors.value(errors.slot('ping', '', '-32603'))).toBe(1);
    expect(errors.value(errors.slot('ping', '', '_other'))).toBeGreaterThan(50);
  });

  it('lets what the server throws through', async () => {
    const transport = new Loop();
    watchTransport(transport, toolkit().context, {});
    transport.onmessage = () => {
      throw new Error('from the server');
    };
    await transport.start();
    expect(() => transport.onmessage?.(request)).toThrow('from the server');
  });

  it('counts once when it is watched again, and when it is connected again after a close', async () => {
    const { context } = toolkit();
    const transport = await started(context);
    transport.onclose?.();
    await started(context, transport);
    transport.onmessage?.(request);
    await transport.send({ id: 1, result: {} });
    const { requests } = context.recorder.families;
    expect(requests.value(requests.slot('ping', '', 'ok'))).toBe(1);
  });
});
