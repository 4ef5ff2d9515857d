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

/** Starts a server for raw bytes, until the end of the test. */
export async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => onConnection(kept(socket))).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts a server that answers each request with these bytes. A request must arrive in one piece. */
export const answering = (answer: string) =>
  rawServer((socket) => void socket.on('data', () => socket.write(Buffer.from(answer, 'latin1'))));

/** A client that can send bytes that no library would send. */
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

  /** Waits until the received bytes contain this end. */
  async got(end: string): Promise<string> {
    await until(() => this.received.includes(end));
    return this.received;
  }

  /** Waits until the server has closed the connection. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.received;
  }
}

/** Returns a request with its body, on a connection that stays open. */
export const requestOf = (body: string, headers: readonly string[] = []) =>
  ['POST /mcp HTTP/1.1', 'Host: x', ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');
