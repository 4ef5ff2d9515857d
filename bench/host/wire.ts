import { connect, type Socket } from 'node:net';

/** How many connections begin at once, unless a measurement is about just that. */
const AT_ONCE = 100;
/** Ports of one client address that are used. Linux has 28,232 by default. */
const PER_ADDRESS = 10_000;

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

  /** Rejects when the other side refuses. */
  static async open(port: number, nth = 0, localPort?: number): Promise<Wire> {
    const localAddress = `127.0.0.${2 + Math.floor(nth / PER_ADDRESS)}`;
    const socket = connect({
      port,
      host: '127.0.0.1',
      localAddress,
      ...(localPort && { localPort }),
    });
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
        // A stream begins with its head. A call ends with its last chunk, or with all its bytes.
        if (status !== '200' || request === STREAM || complete(answer)) done(status);
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

export interface Crowd {
  readonly wires: readonly Wire[];
  /** How often each answer came: a status, `closed`, or the code of an error. */
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * Opens connections that each send one request and stay.
 *
 * @param firstPort where their ports begin, if they must take none of those that the kernel gives to others
 */
export async function crowd(
  port: number,
  count: number,
  request: string,
  from = 0,
  firstPort?: number,
): Promise<Crowd> {
  const wires: Wire[] = [];
  const answers: Record<string, number> = {};
  let next = from;
  const one = async () => {
    while (next < from + count) {
      const nth = next++;
      const answer = await Wire.open(port, nth, firstPort && firstPort + nth).then(
        async (wire) => {
          wires.push(wire);
          return wire.send(request);
        },
        (error) => error.code as string,
      );
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { wires, answers };
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
