import { describe, expect, it } from 'vitest';
import { Tally } from './tally.js';

function connect(tally: Tally, send = async () => {}) {
  const transport: { send: (message: never) => Promise<void>; onmessage?: unknown } = { send };
  tally.watch(transport);
  transport.onmessage = () => {};
  return {
    transport,
    send: (message: object) => transport.send(message as never),
    receive: (message: object) => (transport.onmessage as (message: object) => void)(message),
  };
}

describe('Tally', () => {
  it('counts requests by their answers', () => {
    const tally = new Tally();
    const { send, receive } = connect(tally);
    for (let id = 0; id < 6; id++) send({ id, method: 'tools/call' });
    receive({ id: 0, result: {} });
    receive({ id: 1, result: { isError: true } });
    receive({ id: 2, error: { code: -32_602 } });
    receive({ id: 3, error: { code: -32_603 } });
    expect(tally.outcomes()).toEqual(
      new Map([
        ['ok', 1],
        ['tool_error', 1],
        ['client_error', 1],
        ['server_error', 1],
        ['cancelled', 2],
      ]),
    );
  });

  it('counts an answer after its client gave up as cancelled', () => {
    const tally = new Tally();
    const { send, receive } = connect(tally);
    void send({ id: 1, method: 'tools/call' });
    void send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    receive({ id: 1, result: {} });
    expect(tally.outcomes().get('cancelled')).toBe(1);
    expect(tally.outcomes().get('ok')).toBe(0);
  });

  it('knows when everything was sent or failed to be sent', async () => {
    const tally = new Tally();
    const ends: ((error?: Error) => void)[] = [];
    const { transport, send } = connect(tally, () => {
      return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
    });
    const refused = send({ method: 'notifications/cancelled' }).catch(() => {});
    void send({ method: 'tools/list', id: 1 });
    let settled = false;
    const waiting = tally.settled(transport).then(() => (settled = true));
    ends[0]?.(new Error('404'));
    await refused;
    expect(settled).toBe(false);
    ends[1]?.();
    await waiting;
  });

  it('counts neither notifications nor duplicate answers and questions of a server', () => {
    const tally = new Tally();
    const { send, receive } = connect(tally);
    send({ method: 'notifications/initialized' });
    send({ id: 0, method: 'ping' });
    receive({ id: 0, method: 'roots/list' });
    receive({ method: 'notifications/progress' });
    receive({ id: 0, result: {} });
    receive({ id: 0, result: {} });
    expect([...tally.outcomes()].filter(([, count]) => count !== 0)).toEqual([['ok', 1]]);
  });

  it('sees an answer once, also if a handler calls the previous one', () => {
    const tally = new Tally();
    const { transport, send, receive } = connect(tally);
    const first = transport.onmessage as (message: object) => void;
    transport.onmessage = (message: object) => first(message);
    send({ id: 0, method: 'ping' });
    receive({ id: 0, result: {} });
    expect(tally.outcomes().get('ok')).toBe(1);
  });
});
