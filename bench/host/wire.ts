import { connect, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How many connections begin at once, unless a measurement is about just that. */
const AT_ONCE = 100;
/** Clients of one address. */
export const PER_ADDRESS = 10_000;
/** Below those that the kernel gives to others: it looks long for one when many are taken. */
const FIRST_PORT = 10_000;

/** After so many have found no port, nobody finds one. */
const ENOUGH = 100;

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function text(method: string, params: object, name?: string): string {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: META } });
  return [
    'POST /mcp HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    `Mcp-Method: ${method}`,
    ...(name ? [`Mcp-Name: ${name}`] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** A call of a tool, and a stream that stays open until the client goes. */
export const CALL = text('tools/call', { name: 'list_notes', arguments: { count: 1 } }, 'list_notes');
export const STREAM = text('subscriptions/listen', { notifications: { toolsListChanged: true } });

/** Cheap, and the connection stays open. */
export const HELLO = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** A connection of a client, kept open after its answer. */
export class Wire {
  private constructor(readonly socket: Socket) {
    socket.on('error', () => {});
    socket.setNoDelay(true);
  }

  /** Rejects when the other side refuses, or when there is no port for the client. */
  static async open(
    port: number,
    from: Pick<TcpSocketConnectOpts, 'localAddress' | 'localPort'> = {},
  ): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', ...from });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Wire(socket);
  }

  get open(): boolean {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  /** Resolves with the status of the answer, or with what broke the connection. */
  send(request: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const done = (what: string) => {
        this.socket.off('data', read).off('close', closed);
        resolve(what);
      };
      const closed = () => done('closed');
      const read = (data: Buffer) => {
        answer += data.toString('latin1');
        const status = answer.slice(9, 12);
        // A stream begins with a message. A call ends with its last chunk, or with all its bytes.
        if (status !== '200') done(status);
        else if (request === STREAM ? answer.includes('"jsonrpc"') : complete(answer))
          done(answer.includes('"error"') ? 'refused' : status);
      };
      this.socket.on('data', read).once('close', closed);
      this.socket.write(request);
    });
  }

  close(): void {
    // Without a rest in TIME_WAIT, which would disturb the next turn.
    this.socket.resetAndDestroy();
  }
}

function complete(answer: string): boolean {
  const [head = '', rest] = answer.split('\r\n\r\n', 2);
  if (rest === undefined) return false;
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) return answer.endsWith('0\r\n\r\n');
  return answer.length - head.length - 4 >= Number(length);
}

/** Where a crowd comes from, and how fast. */
export interface From {
  /** How many came before: each address of clients has only so many. */
  readonly nth?: number;
  /** All from one address, as a proxy, with a port that the kernel chooses when they connect. */
  readonly oneAddress?: boolean;
  readonly atOnce?: number;
  /** When those without an answer give up. */
  readonly patienceMs?: number;
}

export interface Crowd {
  readonly wires: readonly Wire[];
  /** How often each answer came: a status, `closed`, or the code of an error. */
  readonly answers: Readonly<Record<string, number>>;
  /** After how many milliseconds each of those that got an answer had it. */
  readonly times: readonly number[];
}

/** The address of the client that came after so many others. */
export const addressOf = (nth: number) => `127.0.0.${2 + Math.floor(nth / PER_ADDRESS)}`;

/** Opens connections that each send one request and stay. */
export async function crowd(port: number, count: number, request: string, from: From = {}): Promise<Crowd> {
  const { nth: first = 0, oneAddress = false, atOnce = AT_ONCE, patienceMs } = from;
  const wires: Wire[] = [];
  const answers: Record<string, number> = {};
  const times: number[] = [];
  const begin = performance.now();
  const late = patienceMs ? wait(patienceMs, 'late') : new Promise<never>(() => {});
  let next = first;
  const one = async () => {
    // The kernel looks long for a port where there is none, so the others do not even try.
    while (next < first + count && (answers.EADDRNOTAVAIL ?? 0) < ENOUGH) {
      const nth = next++;
      const local = oneAddress
        ? {}
        : { localAddress: addressOf(nth), localPort: FIRST_PORT + (nth % PER_ADDRESS) };
      const answered = Wire.open(port, local).then(
        async (wire) => {
          wires.push(wire);
          const status = await wire.send(request);
          if (status !== 'closed') times.push(performance.now() - begin);
          return status;
        },
        (error) => error.code as string,
      );
      const answer = await Promise.race([answered, late]);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { wires, answers, times };
}

/** Milliseconds of calls, one after the other, each on its own connection in turn. */
export async function callTimes(wires: readonly Wire[], calls: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const begin = performance.now();
    if ((await wires[(i * 7_919) % wires.length]!.send(CALL)) === '200')
      times.push(performance.now() - begin);
  }
  return times;
}
