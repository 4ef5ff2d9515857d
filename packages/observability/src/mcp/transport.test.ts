import { describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { ToolFingerprint } from './fingerprint.js';
import { LongCallReport } from './long-call-report.js';
import { LongCalls } from './long-calls.js';
import { IdleSessions } from './sessions.js';
import { watchTransport } from './transport.js';
import type { Transport } from './transport-kind.js';

function toolkit() {
  const families = createFamilies();
  const recorder = new Recorder(families, { names: 10, clients: 10 });
  const context = {
    recorder,
    sessions: new IdleSessions(60_000),
    fingerprint: new ToolFingerprint(families, () => recorder.dropped('internal_error')),
    longCalls: new LongCalls(new LongCallReport(recorder, () => undefined)),
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

/** Connects as the SDKs do: callbacks first, then start. */
async function started(context: Parameters<typeof watchTransport>[1], transport = new Loop()): Promise<Loop> {
  watchTransport(transport, context, {});
  transport.onmessage = (message: unknown, extra?: unknown) =>
    transport.log.push(['message', message, extra]);
  transport.onclose = () => transport.log.push('close');
  transport.onerror = (error) => transport.log.push(['error', error]);
  await transport.start();
  return transport;
}

const request = { jsonrpc: '2.0', id: 1, method: 'ping' } as never;

describe('a watched transport', () => {
  it('passes on every message, option, error and close unchanged', async () => {
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
    ['params that are null', { jsonrpc: '2.0', id: 2, method: 'tools/call', params: null }],
    ['an absurd id', { jsonrpc: '2.0', id: { toString: null }, method: 'tools/call' }],
  ])('passes on a message that is %s', async (_, message) => {
    const transport = await started(toolkit().context);
    transport.onmessage?.(message as never);
    await transport.send(message);
    expect(transport.log.filter((entry) => Array.isArray(entry))).toHaveLength(2);
  });

  it('continues when recording throws, and counts what was lost', async () => {
    const { context, dropped } = toolkit();
    const transport = await started(context);
    context.recorder.requestStarted = () => {
      throw new Error('broken');
    };
    transport.onmessage?.(request);
    expect(transport.log).toHaveLength(2);
    expect(dropped()).toBe(1);
  });

  it('ends a request whose answer cannot be read', async () => {
    const { context, dropped } = toolkit();
    const transport = await started(context);
    const circular: Record<string, unknown> = { name: 'x' };
    circular.self = circular;
    transport.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'tools/list' } as never);
    await transport.send({ id: 1, result: { tools: [circular] } });
    const { requests, requestsInFlight } = context.recorder.families;
    expect(requests.value(requests.slot('tools/list', '', 'ok'))).toBe(1);
    expect(requestsInFlight.value(requestsInFlight.slot('tools/list'))).toBe(0);
    expect(dropped()).toBe(1);
  });

  describe('an answer that is not sent', () => {
    const unserialisable = { id: 1, result: { content: [], structuredContent: { id: 10n } } };
    const gone = new Error('No connection established for request ID: 1');
    const bigint = new TypeError('Do not know how to serialize a BigInt');
    const rejects = (error: unknown) => async () => {
      throw error;
    };

    async function answered(send: Transport['send']) {
      const toolkitOf = toolkit();
      const transport = Object.assign(new Loop(), { _stdin: undefined, _stdout: { bytesWritten: 0 } });
      transport.send = send.bind(transport);
      await started(toolkitOf.context, transport);
      transport.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } } as never);
      const { requests, errors, requestsInFlight } = toolkitOf.context.recorder.families;
      const inFlight = () => requestsInFlight.value(requestsInFlight.slot('tools/call'));
      const ended = (outcome: string) => requests.value(requests.slot('tools/call', '_other', outcome));
      const failed = (type: string) => errors.value(errors.slot('tools/call', '_other', type));
      return { transport, inFlight, ended, failed };
    }

    it.each([
      ['when the transport rejects', rejects(bigint)],
      [
        'when the transport throws',
        () => {
          throw bigint;
        },
      ],
    ])('is a server error %s, and its sender still gets the rejection', async (_, send) => {
      const { transport, ended, failed, inFlight } = await answered(send);
      await expect((async () => transport.send(unserialisable))()).rejects.toBe(bigint);
      expect([ended('server_error'), failed('transport'), inFlight()]).toEqual([1, 1, 0]);
    });

    it('is a server error when the transport only reports it', async () => {
      const { transport, ended, inFlight } = await answered(async function (this: Loop) {
        this.onerror?.(bigint);
      });
      await transport.send(unserialisable);
      expect([ended('server_error'), inFlight()]).toEqual([1, 0]);
    });

    it('is no error when no client is left to send it to', async () => {
      const { transport, ended, failed } = await answered(rejects(gone));
      await expect(transport.send(unserialisable)).rejects.toBe(gone);
      expect([ended('cancelled'), failed('closed'), ended('server_error')]).toEqual([1, 1, 0]);
    });

    it('leaves an unhandled rejection to its sender, as without the toolkit', async () => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      const { transport } = await answered(rejects(bigint));
      const listeners = process.listeners('unhandledRejection').filter((listener) => listener !== unhandled);
      for (const listener of listeners) process.off('unhandledRejection', listener);
      void transport.send(unserialisable);
      await expect.poll(() => unhandled).toHaveBeenCalledExactlyOnceWith(bigint, expect.any(Promise));
      for (const listener of listeners) process.on('unhandledRejection', listener);
      process.off('unhandledRejection', unhandled);
    });

    it('is in flight until the transport has reported the result', async () => {
      let taken = () => {};
      const { transport, ended, inFlight } = await answered(
        () =>
          new Promise((resolve) => {
            taken = resolve;
          }),
      );
      const sent = transport.send({ id: 1, result: {} });
      expect(inFlight()).toBe(1);
      taken();
      await sent;
      expect([inFlight(), ended('server_error')]).toEqual([0, 0]);
    });

    it('is counted at once if answers are counted when they are written', async () => {
      const stdout = { bytesWritten: 0 };
      const toolkitOf = toolkit();
      const transport = Object.assign(new Loop(), { _stdin: undefined, _stdout: stdout });
      transport.send = async () => {
        stdout.bytesWritten += 20;
      };
      await started(toolkitOf.context, transport);
      transport.onmessage?.(request);
      void transport.send({ id: 1, result: {} });
      const { requests } = toolkitOf.context.recorder.families;
      expect(requests.value(requests.slot('ping', '', 'ok'))).toBe(1);
    });
  });

  it('keeps the usual error types apart, whatever codes a server invents', async () => {
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

  it('passes on what the server throws', async () => {
    const transport = new Loop();
    watchTransport(transport, toolkit().context, {});
    transport.onmessage = () => {
      throw new Error('from the server');
    };
    await transport.start();
    expect(() => transport.onmessage?.(request)).toThrow('from the server');
  });

  it('counts once when it is observed again, and when it is connected again after a close', async () => {
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
