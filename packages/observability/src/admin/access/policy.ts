import type { SecureContextOptions } from 'node:tls';
import type { Warning } from '../../codes/tell.js';

/** What is required of a client certificate. The names come from Go, whose servers use the same format. */
export type ClientAuth = 'none' | 'requested' | 'any' | 'verified if given' | 'verified';

/** The TLS settings of the server, and its requirements for clients. */
export interface TlsPolicy {
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuth;
  /** Subject alternative names. A client certificate needs one of them; empty allows any. */
  readonly allowedSans: readonly string[];
}

/** A user with a name and a password, in the clear or as a bcrypt hash. */
export interface User {
  readonly name: string;
  readonly password: { readonly text: string } | { readonly bcrypt: string };
}

/** The requirements for clients, from the files. */
export interface Policy {
  /** Undefined for plain HTTP. */
  readonly tls: TlsPolicy | undefined;
  readonly tokens: readonly string[];
  readonly users: readonly User[];
  /** Additional headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Settings in the files that are not supported. */
  readonly warnings: readonly Warning[];
}

/** Whether clients need no credentials. */
export function asksNobody({ tls, tokens, users }: Policy): boolean {
  const wantsCertificate = tls?.clientAuth === 'verified' || tls?.clientAuth === 'any';
  return !wantsCertificate && tokens.length === 0 && users.length === 0;
}
