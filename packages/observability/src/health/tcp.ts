import { connect } from 'node:net';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

export interface TcpOptions extends CheckOptions {
  readonly host: string;
  readonly port: number;
}

/**
 * Fails when nothing accepts a TCP connection there. For a dependency without a ready-made check: it
 * says that somebody listens, not that it works. Its name is `tcp:port` by default, for names are shown to whoever asks.
 *
 * @throws TypeError when `port` is not one
 */
export function tcp({ host, port, ...options }: TcpOptions): HealthCheck {
  expectNumber('tcp.port', port, 1, 65_535, 'an integer');
  return { name: `tcp:${port}`, ...options, run: (signal) => accepts(host, port, signal) };
}

function accepts(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.unref();
    // The error listener stays: aborting destroys the socket with one more error.
    socket.on('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
