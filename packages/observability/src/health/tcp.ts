import { connect } from 'node:net';
import { expectNumber } from '../expect.js';
import type { CheckOptions, HealthCheck } from './check.js';

/**
 * Options of `checks.tcp`.
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * const options: checks.TcpOptions = { name: 'mail', host: 'localhost', port: 25 };
 * createObservability({ health: { checks: [checks.tcp(options)] } });
 * ```
 */
export interface TcpOptions extends CheckOptions {
  readonly host: string;
  readonly port: number;
}

/**
 * Fails if nothing accepts a TCP connection there. Use it for a dependency without a ready-made check. It shows
 * that something listens, not that it works. Its name is `tcp:PORT` by default, since everybody may see names.
 *
 * @throws TypeError if `port` is not a port
 *
 * @example
 * ```ts
 * import { checks, createObservability } from '@pmcp/observability';
 *
 * createObservability({ health: { checks: [checks.tcp({ name: 'mail', host: 'localhost', port: 25 })] } });
 * ```
 */
export function tcp({ host, port, ...options }: TcpOptions): HealthCheck {
  expectNumber('tcp.port', port, 1, 65_535, 'an integer');
  return { name: `tcp:${port}`, ...options, run: (signal) => accepts(host, port, signal) };
}

function accepts(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.unref();
    // The error listener stays, since aborting destroys the socket with another error.
    socket.on('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
