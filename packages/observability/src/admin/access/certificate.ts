import { isIP, type Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { TlsPolicy } from './policy.js';

/** Whether the certificate of a client is sufficient. It is not if it expired in the meantime. */
export function hasCertificateFor(socket: Socket | undefined, tls: TlsPolicy): boolean {
  const { clientAuth, allowedSans } = tls;
  if (clientAuth === 'none' || clientAuth === 'requested') return true;
  const secure = socket as Partial<TLSSocket> | undefined;
  const certificate = secure?.getPeerCertificate?.();
  const isShown = certificate !== undefined && Object.keys(certificate).length > 0;
  if (!isShown) return clientAuth === 'verified if given';
  if (clientAuth !== 'any' && !(secure?.authorized === true && isValidNow(certificate))) return false;
  return allowedSans.length === 0 || sansOf(certificate).some((name) => allowedSans.includes(name));
}

function isValidNow({ valid_from, valid_to }: PeerCertificate): boolean {
  const now = Date.now();
  return Date.parse(valid_from) <= now && now <= Date.parse(valid_to);
}

/** Such as `DNS:prometheus, IP Address:10.0.0.1, URI:spiffe://cluster/ns/x`. A name with a comma is quoted, and never matches. */
function sansOf({ subjectaltname = '' }: PeerCertificate): string[] {
  return subjectaltname.split(', ').flatMap((entry) => {
    const [, kind, name = ''] = /^(DNS|URI|email|IP Address):([^"]+)$/.exec(entry) ?? [];
    if (kind === undefined) return [];
    return kind === 'IP Address' && isIP(name) === 6 ? [name.toLowerCase()] : [name];
  });
}
