import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { UsageError } from './errors.js';

type File = Buffer | undefined;

const CERTIFICATES = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[\s\S]*?-----END [A-Z0-9 ]*CERTIFICATE-----/g;

/**
 * Checks a certificate and its key. TLS itself would check them only at the first connection.
 *
 * @throws UsageError
 */
export function checkKeyPair(side: 'tls' | 'upstream' | 'client', cert: File, key: File): void {
  const [certFlag, keyFlag] = [`--${side}-cert`, `--${side}-key`];
  if (!cert !== !key) throw new UsageError('PMCP_E_MISSING', `${certFlag} and ${keyFlag} need each other`);
  if (!cert || !key) return;
  check(certFlag, 'a certificate in PEM', () => createSecureContext({ cert }));
  check(keyFlag, 'a private key in PEM, unencrypted', () => createSecureContext({ key }));
  check(keyFlag, `the key of ${certFlag}`, () => createSecureContext({ cert, key }));
}

/**
 * Checks trusted certificates. TLS itself silently ignores what it can't read.
 *
 * @throws UsageError
 */
export function checkAuthorities(flag: string, ca: File): void {
  if (!ca) return;
  check(flag, 'certificates in PEM', () => {
    const all = ca.toString('latin1').match(CERTIFICATES);
    if (!all) throw new Error('there is none in it');
    for (const one of all) new X509Certificate(one);
  });
}

function check(flag: string, what: string, use: () => void): void {
  try {
    use();
  } catch (error) {
    throw new UsageError(
      'PMCP_E_UNREADABLE_FILE',
      `expected the file of ${flag} to be ${what}: ${(error as Error).message}`,
    );
  }
}
