import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Forwards bytes, encrypted or not, between clients and the gRPC server. A test can cut a connection at any
 * byte, or make the collector unavailable while its port stays the same.
 */
export class Gate {
  /** The bytes that each connection may still send. Undefined: any number. */
  private allowance: number | undefined;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;
  /** How many connections were cut. */
  cuts = 0;

  constructor(private readonly target: number) {}

  async open(): Promise<void> {
    this.server = createServer((client) => this.forward(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts every connection. The port can be opened again. */
  async close(): Promise<void> {
    if (!this.server) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    this.server = undefined;
  }

  /** From now on, cuts each connection after this many more bytes. Undefined: never. */
  cutAfter(bytes: number | undefined): void {
    this.allowance = bytes;
  }

  private forward(client: Socket): void {
    const upstream = connect(this.target, '127.0.0.1');
    let used = 0;
    let allowance = this.allowance;
    client.on('data', (data) => {
      if (allowance !== this.allowance) [allowance, used] = [this.allowance, 0];
      used += data.length;
      if (allowance === undefined || used < allowance) return void upstream.write(data);
      this.cuts++;
      upstream.write(data.subarray(0, data.length - (used - allowance)));
      client.resetAndDestroy();
    });
    upstream.pipe(client);
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay();
      // Disconnected peers are the purpose of this class.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        peer.destroy();
      });
    }
    client.on('end', () => upstream.end());
  }
}
