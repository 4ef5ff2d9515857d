import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as tls } from 'node:https';

/**
 * A server that the viewer queries for the page: Prometheus, or a store of traces.
 *
 * @example
 * ```ts
 * import type { Upstream } from '@pmcp/viewer';
 *
 * const prometheus: Upstream = { url: new URL('https://prometheus.internal'), tokenFile: '/run/secrets/token' };
 * ```
 */
export interface Upstream {
  readonly url: URL;
  /** The file with the bearer token. It is read for every request, so that a renewed token is used. */
  readonly tokenFile?: string | undefined;
  /** PEM files: the authorities that may sign its certificate, our certificate, and the key of ours. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The scrape interval, for a Prometheus. */
  readonly scrapeIntervalMs?: number | undefined;
  /** The tenant, if the server has several (`X-Scope-OrgID`). */
  readonly tenant?: string | undefined;
}

interface Question {
  readonly method: string;
  /** Relative to the address of the server. */
  readonly path: string;
  readonly search: string;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/** How long a server may be silent. */
const PATIENCE_MS = 60_000;

/** Asks the server, and resolves as soon as its answer begins. */
export async function ask(upstream: Upstream, question: Question): Promise<IncomingMessage> {
  const { method, path, search, body, signal } = question;
  const url = new URL(upstream.url);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  url.search = search;
  const [token, ca, cert, key] = await Promise.all(
    [upstream.tokenFile, upstream.caFile, upstream.certFile, upstream.keyFile].map(read),
  );
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token.trim()}` }),
    ...(upstream.tenant !== undefined && { 'x-scope-orgid': upstream.tenant }),
    ...(body !== undefined && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }),
  };
  const request = url.protocol === 'https:' ? tls : plain;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal, timeout: PATIENCE_MS, ca, cert, key });
    outgoing.once('response', resolve).once('error', reject);
    outgoing.once('timeout', () => {
      outgoing.destroy(new Error(`no answer from ${url.host} for ${PATIENCE_MS / 1000} seconds`));
    });
    outgoing.end(body);
  });
}

async function read(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, 'utf8');
}
