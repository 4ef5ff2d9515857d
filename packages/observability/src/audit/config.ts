import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unexpected } from '../expect.js';
import { boolean, type Env, integer, isSet, known, oneOf } from '../validate.js';

/** A record of who called what, when, and with what result. */
export interface AuditOptions {
  /** The file that records are appended to, `stderr`, or `otlp` for the collector of `OTEL_EXPORTER_OTLP_*`. Default: `PMCP_AUDIT`, else no audit log. */
  readonly destination?: string;
  /**
   * A file with a secret of at least 16 bytes. Arguments are hashed with it, so that nobody can guess them. Default:
   * `PMCP_AUDIT_KEY_FILE`, else no hash of arguments.
   */
  readonly keyFile?: string;
  /**
   * A PEM file with an Ed25519 private key that signs checkpoints. Default: `PMCP_AUDIT_SIGNING_KEY_FILE`, else
   * checkpoints are not signed.
   */
  readonly signingKeyFile?: string;
  /**
   * What a record keeps of the arguments: `hash` keeps a hash if there is a key, `redacted` keeps the arguments
   * without secrets. Default: `hash`.
   */
  readonly arguments?: 'hash' | 'redacted';
  /**
   * What happens to a call if its record cannot be written: `continue` lets it go on and counts the lost record,
   * `refuse` refuses it before it starts. Default: `PMCP_AUDIT_ON_FAILURE`, else `continue`.
   */
  readonly onFailure?: 'continue' | 'refuse';
  /** Whether a call waits until its record is on the disk. Default: `PMCP_AUDIT_FSYNC`, else false. */
  readonly fsync?: boolean;
  /** The size in bytes at which a new file begins. Default: 100000000. */
  readonly maxBytes?: number;
  /** The age in milliseconds at which a new file begins. Default: 86400000, which is one day. */
  readonly maxAgeMs?: number;
}

export interface AuditConfig {
  readonly destination: string;
  readonly key: Buffer | undefined;
  readonly signingKey: KeyObject | undefined;
  readonly arguments: 'hash' | 'redacted';
  readonly onFailure: 'continue' | 'refuse';
  readonly fsync: boolean;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

const MIN_KEY_BYTES = 16;
const DAY_MS = 86_400_000;

/**
 * @returns undefined if no audit log is configured
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveAudit(options: AuditOptions = {}, env: Env = process.env): AuditConfig | undefined {
  known('audit', options, [
    'destination',
    'keyFile',
    'signingKeyFile',
    'arguments',
    'onFailure',
    'fsync',
    'maxBytes',
    'maxAgeMs',
  ]);
  const destination = text('audit.destination', options.destination, env.PMCP_AUDIT);
  if (destination === undefined) return undefined;
  const whenLost = onFailure(options.onFailure, env);
  if (destination === 'otlp' && whenLost === 'refuse')
    throw unexpected(
      'audit.onFailure',
      'continue where audit.destination is otlp, for nobody knows in time whether a record has arrived',
      whenLost,
    );
  return {
    destination,
    key: key(options.keyFile, env),
    signingKey: signingKey(options.signingKeyFile, env),
    arguments: oneOf('audit.arguments', options.arguments, 'hash', ['hash', 'redacted']),
    onFailure: whenLost,
    fsync: boolean('audit.fsync', options.fsync, isTrue(env)),
    maxBytes: integer('audit.maxBytes', options.maxBytes, 100_000_000, 10_000, 1e12),
    maxAgeMs: integer('audit.maxAgeMs', options.maxAgeMs, DAY_MS, 1_000, 2 ** 53 - 1),
  };
}

function onFailure(option: AuditConfig['onFailure'] | undefined, env: Env): AuditConfig['onFailure'] {
  const allowed = ['continue', 'refuse'] as const;
  if (option !== undefined) return oneOf('audit.onFailure', option, 'continue', allowed);
  const variable = env.PMCP_AUDIT_ON_FAILURE;
  return oneOf('PMCP_AUDIT_ON_FAILURE', isSet(variable) ? variable : undefined, 'continue', allowed);
}

function isTrue({ PMCP_AUDIT_FSYNC: text }: Env): boolean {
  if (!isSet(text)) return false;
  return oneOf('PMCP_AUDIT_FSYNC', text, 'false', ['true', 'false']) === 'true';
}

function key(option: string | undefined, env: Env): Buffer | undefined {
  const path = text('audit.keyFile', option, env.PMCP_AUDIT_KEY_FILE);
  if (path === undefined) return undefined;
  const secret = contentOf('audit.keyFile', path);
  if (secret.length < MIN_KEY_BYTES)
    throw unexpected('audit.keyFile', `a file of at least ${MIN_KEY_BYTES} bytes`, `${secret.length} bytes`);
  return secret;
}

function signingKey(option: string | undefined, env: Env): KeyObject | undefined {
  const path = text('audit.signingKeyFile', option, env.PMCP_AUDIT_SIGNING_KEY_FILE);
  if (path === undefined) return undefined;
  try {
    const parsed = createPrivateKey(contentOf('audit.signingKeyFile', path));
    if (parsed.asymmetricKeyType === 'ed25519') return parsed;
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith('Expected `')) throw error;
  }
  throw unexpected('audit.signingKeyFile', 'a PEM file with an Ed25519 private key', path);
}

function contentOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unexpected(name, `a file that can be read (${(error as NodeJS.ErrnoException).code})`, path);
  }
}

function text(name: string, option: string | undefined, variable: string | undefined): string | undefined {
  if (option === undefined) return isSet(variable) ? variable : undefined;
  if (typeof option !== 'string' || option === '') throw unexpected(name, 'a text that is not empty', option);
  return option;
}
