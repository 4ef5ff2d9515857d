import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Context, Fact } from '../context.js';
import { authorities } from './secrets.js';

const TIMEOUT_MS = 5_000;

export interface Shown {
  readonly until: Date;
  /** Why it must not be trusted; undefined if it is valid. */
  readonly fault: string | undefined;
}

/** The certificate of the server; undefined if it does not use TLS. */
export const certificate: Fact<Shown | undefined> = async (context: Context) => {
  const url = context.settings.url!;
  if (url.protocol !== 'https:') return undefined;
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const ca = authorities(context);
  const socket = connect({
    host,
    port: Number(url.port || 443),
    // The certificate is only read and reported. Nothing is sent over this connection.
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca: [...ca] }),
  });
  try {
    await once(socket, 'secureConnect', {
      signal: AbortSignal.timeout(TIMEOUT_MS * context.limits.patience),
    });
    const until = new Date(socket.getPeerCertificate().valid_to);
    const fault = socket.authorizationError as Error | string | null | undefined;
    return { until, fault: fault ? String((fault as { code?: string }).code ?? fault) : undefined };
  } finally {
    socket.destroy();
  }
};
