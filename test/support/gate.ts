import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between clients and the gRPC server and forwards bytes, encrypted or not, so that a connection
 * can be cut at any byte, and the collector taken away while its port stays the same.
 */
export class Gate {
  /** Bytes that each connection may still bring; undefined for any number. */
  private allowance: number | undefined;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;
  /** Connections that were cut. */
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

  /** From now on each connection is cut after so many more bytes; undefined lets them be. */
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
      // A peer that is gone is what a gate is there for.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        peer.destroy();
      });
    }
    client.on('end', () => upstream.end());
  }
}
