import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Warn } from '../../codes/tell.js';
import { Attempts } from './attempts.js';
import { hasCertificateFor } from './certificate.js';
import { Credentials } from './credentials.js';
import { Files, type ReadFile } from './files.js';
import type { AccessConfig, AccessFiles } from './options.js';
import type { Policy, TlsPolicy } from './policy.js';
import { readWebConfig } from './web-config.js';

/** Why a request is rejected. */
export const ACCESS_REFUSALS = ['missing', 'wrong', 'certificate', 'limited'] as const;
export type AccessRefusal = (typeof ACCESS_REFUSALS)[number];

/** The answer to a rejected request. */
export interface Refused {
  readonly status: 401 | 403 | 429 | 503;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AccessReport {
  readonly warn: Warn;
  readonly refused: (reason: AccessRefusal) => void;
}

/** The parts of a request that identify the caller. */
export interface Asking {
  readonly authorization: string | undefined;
  /** Undefined if the server does not show it. */
  readonly socket: Socket | undefined;
}

/** Decides who has access to the admin server, by the present content of files. */
export class Access {
  readonly openHealth: boolean;
  private readonly files: Files<Policy & { readonly credentials: Credentials }>;
  private readonly attempts = new Attempts();
  /** The policy when the files were last read; undefined before that. */
  latest: Policy | undefined;

  constructor(
    config: AccessConfig,
    private readonly report: AccessReport,
  ) {
    this.openHealth = config.openHealth;
    this.files = new Files(
      async (read) => {
        const policy = await loadPolicy(config.files, read);
        for (const { code, text } of policy.warnings) report.warn(code, `admin server: ${text}`);
        this.latest = policy;
        return { ...policy, credentials: new Credentials(policy) };
      },
      ({ message }) =>
        report.warn(
          'PMCP_W_ACCESS_KEPT',
          `admin server: what was read before holds on, for the new files can't be used: ${message}`,
        ),
    );
  }

  /** Rejects with the reason only if the files were never valid. */
  policy(): Promise<Policy> {
    return this.files.current();
  }

  /** @returns undefined if the caller has access. Never rejects. */
  async admit(asking: Asking): Promise<Refused | undefined> {
    try {
      return await this.judge(asking);
    } catch {
      // If the credentials can't be read, nobody has access.
      return { status: 503, error: 'access is not configured as it should be', headers: {} };
    }
  }

  /** A client failed before it could send a request. */
  handshakeFailed(): void {
    this.report.refused('certificate');
  }

  private async judge({ authorization, socket }: Asking): Promise<Refused | undefined> {
    const { tls, credentials } = await this.files.current();
    if (tls !== undefined && !hasCertificateFor(socket, tls)) {
      this.report.refused('certificate');
      return { status: 403, error: 'a valid client certificate is required', headers: {} };
    }
    if (credentials.isEmpty || credentials.isKnown(authorization)) return undefined;
    if (authorization === undefined) return this.challenge('missing', credentials);
    const address = socket?.remoteAddress;
    const wait = this.attempts.waitFor(address);
    if (wait > 0) return this.limited(wait);
    const isRight = await credentials.verify(authorization);
    if (isRight === undefined) return this.limited(1);
    if (isRight) return undefined;
    this.attempts.failed(address);
    return this.challenge('wrong', credentials);
  }

  private challenge(reason: 'missing' | 'wrong', { schemes }: Credentials): Refused {
    this.report.refused(reason);
    return { status: 401, error: 'unauthorized', headers: { 'WWW-Authenticate': schemes } };
  }

  private limited(seconds: number): Refused {
    this.report.refused('limited');
    return {
      status: 429,
      error: 'too many failed attempts',
      headers: { 'Retry-After': String(seconds) },
    };
  }
}

async function loadPolicy(files: AccessFiles, read: ReadFile): Promise<Policy> {
  const base: Policy =
    files.webConfig === undefined
      ? { tls: undefined, tokens: [], users: [], headers: {}, warnings: [] }
      : await readWebConfig(files.webConfig, read).catch((error: Error) => {
          throw new Error(`${files.webConfig}: ${error.message}`);
        });
  const policy: Policy = {
    ...base,
    tls: files.tls === undefined ? base.tls : await plainTls(files.tls, read),
    tokens: files.token === undefined ? [] : tokensOf(files.token, await read(files.token)),
    users: [...base.users, ...(await plainUser(files.user, read))],
  };
  if (policy.tls !== undefined) expectPair(policy.tls.context);
  return policy;
}

/** Checked here, so that a wrong new key does not replace the right old one. */
function expectPair(context: TlsPolicy['context']): void {
  const { cert, key, ca } = context;
  // Node treats an empty value as missing: no key, or all authorities of the system.
  if (!cert || !key) throw new Error('a certificate or its key is empty');
  createSecureContext(context);
  if (ca !== undefined) expectCertificates(String(ca));
}

function expectCertificates(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw new Error('the file of the authority that signs the certificates of clients has no certificate');
  }
}

async function plainTls(files: NonNullable<AccessFiles['tls']>, read: ReadFile): Promise<Policy['tls']> {
  const { cert, key, clientCa } = files;
  const ca = clientCa === undefined ? undefined : await read(clientCa);
  return {
    context: {
      cert: await read(cert),
      key: await read(key),
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
    },
    clientAuth: ca === undefined ? 'none' : 'verified',
    allowedSans: [],
  };
}

function tokensOf(path: string, content: string): string[] {
  const tokens = content.split(/\r?\n/).map((line) => line.trim());
  const filled = tokens.filter(Boolean);
  // An empty token would give access to clients that send none.
  if (filled.length === 0) throw new Error(`${path} has no token`);
  return filled;
}

async function plainUser(user: AccessFiles['user'], read: ReadFile): Promise<Policy['users']> {
  if (user === undefined) return [];
  const text = (await read(user.password)).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`${user.password} has no password`);
  return [{ name: user.name, password: { text } }];
}
