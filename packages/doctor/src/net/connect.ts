import { once } from 'node:events';
import { connect } from 'node:net';

const TIMEOUT_MS = 5_000;

/**
 * Opens a connection and closes it again, to find out whether anything listens.
 *
 * @throws Error with the system's reason
 */
export async function connects(url: URL, patience: number): Promise<void> {
  const limitMs = TIMEOUT_MS * patience;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const socket = connect({ host: url.hostname.replaceAll(/[[\]]/g, ''), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(limitMs) });
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    throw new Error(
      name === 'AbortError' ? `no answer within ${Math.round(limitMs / 1_000)} s` : message || code,
    );
  } finally {
    socket.destroy();
  }
}
