import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { type DoctorSettings, UsageError } from '@pmcp/observability/internal';
import type { Context } from '../context.js';
import { fetchWith } from '../net/fetch.js';

/** The services that a token can be for. */
const OWNERS = ['url', 'admin', 'prometheus', 'traces', 'alertmanager', 'grafana', 'logs', 'kube'] as const;
export type Owner = (typeof OWNERS)[number];

/** Returns the header with the token of a service. The token is the first line of its file, which is read when needed. */
export function authorization(
  { settings, secrets }: Context,
  owner: Owner,
): Readonly<Record<string, string>> {
  const token = tokenOf(settings, owner);
  if (token === undefined) return {};
  secrets.add(token);
  return { authorization: `Bearer ${token}` };
}

/** Returns the token that was given for a service. */
export function tokenOf({ tokenFile }: DoctorSettings, owner: Owner): string | undefined {
  const path = tokenFiles(tokenFile).get(owner);
  if (path === undefined) return undefined;
  const [token = ''] = contentOf('--token-file', path).split(/\r?\n/);
  return token.trim();
}

/**
 * Returns the token files by service.
 *
 * @throws UsageError
 */
export function tokenFiles(given: readonly string[]): ReadonlyMap<Owner, string> {
  return new Map(
    given.map((one) => {
      const [, name = '', path = ''] = /^(\w+)=(.+)$/.exec(one) ?? [];
      const owner = OWNERS.find((known) => known === name);
      if (owner !== undefined) return [owner, path];
      throw new UsageError(
        'PMCP_E_BAD_VALUE',
        `expected --token-file to be NAME=FILE with a name of ${OWNERS.join(', ')}, got ${JSON.stringify(one.slice(0, 100))}`,
      );
    }),
  );
}

/** Returns the certificates to trust, or undefined for Node's default ones. */
export function authorities({ settings }: Context): readonly string[] | undefined {
  return settings.ca === undefined ? undefined : [...rootCertificates, contentOf('--ca', settings.ca)];
}

/** Returns the `fetch` that trusts the given certificates. */
export function fetchOf(context: Context): ReturnType<typeof fetchWith> {
  const ca = authorities(context);
  return ca === undefined ? fetch : fetchWith(ca);
}

function contentOf(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError('PMCP_E_UNREADABLE_FILE', `can't read the file of ${flag}: ${message}`);
  }
}
