import { CannotRun, type Check } from '../../check.js';
import { certificate } from '../../facts/certificate.js';

const DAY_MS = 86_400_000;
/** Days before the end of the certificate at which the check begins to report it. */
const EARLY = 14;

const COMMON = {
  group: 'server',
  needs: ['url'],
  rights: 'A TLS connection to the address of the server.',
  severity: 'fail',
} as const;

export const certificateIsValid: Check = {
  ...COMMON,
  code: 'PMCP-D003',
  title: 'Clients trust the certificate of the server.',
  why: 'A client that does not trust it refuses to connect. A browser asks its user; an agent just fails.',
  cure: 'Send the whole chain (`fullchain.pem`), for the name that clients use. A private authority is given by `--ca FILE`, here and to clients (`NODE_EXTRA_CA_CERTS`).',
  after: ['PMCP-D001'],
  async run(context) {
    const shown = await context.get(certificate);
    // The next check reports an expired certificate.
    if (shown?.fault === undefined || shown.fault === 'CERT_HAS_EXPIRED') return [];
    return [{ found: `the certificate of ${context.settings.url!.host} is not trusted: ${shown.fault}` }];
  },
};

export const certificateStays: Check = {
  ...COMMON,
  code: 'PMCP-D004',
  title: `The certificate of the server is valid for ${EARLY} days at least.`,
  why: 'On the day that it ends no client connects any more, all at once.',
  cure: 'Renew it: `certbot renew`, or see why cert-manager did not: `kubectl describe certificate`. Let the server read the new one.',
  after: ['PMCP-D003'],
  async run(context) {
    const shown = await context.get(certificate);
    if (shown === undefined) return [];
    if (Number.isNaN(shown.until.getTime()))
      throw new CannotRun('the certificate says no day on which it ends');
    const days = (shown.until.getTime() - Date.now()) / DAY_MS;
    if (days >= EARLY) return [];
    const when = shown.until.toISOString().slice(0, 16).replace('T', ' ');
    return [
      {
        found: `the certificate of ${context.settings.url!.host} ${days < 0 ? 'ended' : 'ends'} on ${when} UTC`,
      },
    ];
  },
};
