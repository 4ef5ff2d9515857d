import type { SecureContextOptions } from 'node:tls';
import type { Warning } from '../../codes/tell.js';

/** What a client's certificate has to be; the names are those of Go, whose servers share the format. */
export type ClientAuth = 'none' | 'requested' | 'any' | 'verified if given' | 'verified';

/** How the server speaks TLS, and what it wants of clients there. */
export interface TlsPolicy {
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuth;
  /** Alternative names of which a client's certificate needs one; empty where any will do. */
  readonly allowedSans: readonly string[];
}

/** Someone with a name and a password, which is kept in the clear or as its bcrypt hash. */
export interface User {
  readonly name: string;
  readonly password: { readonly text: string } | { readonly bcrypt: string };
}

/** What is asked of clients, as the files said when they were read. */
export interface Policy {
  /** Undefined for plain HTTP. */
  readonly tls: TlsPolicy | undefined;
  readonly tokens: readonly string[];
  readonly users: readonly User[];
  /** What every answer has beside its own headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the files ask for and is not done. */
  readonly warnings: readonly Warning[];
}

/** Whether nobody has to show anything. */
export function asksNobody({ tls, tokens, users }: Policy): boolean {
  const wantsCertificate = tls?.clientAuth === 'verified' || tls?.clientAuth === 'any';
  return !wantsCertificate && tokens.length === 0 && users.length === 0;
}
