import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { until } from './until.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

function kept(socket: Socket): Socket {
  sockets.add(socket);
  socket.on('error', () => {});
  return socket;
}

/** A server that gets bytes and gives bytes, until the test is over. */
export async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => onConnection(kept(socket))).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers each request that comes in one piece with these bytes. */
export const answering = (answer: string) =>
  rawServer((socket) => void socket.on('data', () => socket.write(Buffer.from(answer, 'latin1'))));

/** A client that writes what no library would. */
export class RawClient {
  readonly socket: Socket;
  received = '';

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = kept(connect(Number(port), hostname));
    this.socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
    });
  }

  write(bytes: string): this {
    this.socket.write(Buffer.from(bytes, 'latin1'));
    return this;
  }

  /** Waits for an answer with an end that the test knows. */
  async got(end: string): Promise<string> {
    await until(() => this.received.includes(end));
    return this.received;
  }

  /** Waits until the other side has closed the connection. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.received;
  }
}

/** A request with its body, of a client that keeps the connection. */
export const requestOf = (body: string, headers: readonly string[] = []) =>
  ['POST /mcp HTTP/1.1', 'Host: x', ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');
