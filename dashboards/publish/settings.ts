import { readFileSync } from 'node:fs';
import { unexpected } from '../../prometheus/expected.js';

/** Where to publish, and how. */
export interface Settings {
  readonly url: URL;
  /** Value of the header `authorization`. */
  readonly authorization: string;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly rejectUnauthorized: boolean;
  };
  /** The organisation's namespace in Grafana's newer API. */
  readonly namespace: string;
  readonly folder: { readonly uid: string; readonly title: string };
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly timeoutMs: number;
  /** Milliseconds before the first retry; each later one waits twice as long. */
  readonly backoffMs: number;
}

type Env = Readonly<Record<string, string | undefined>>;

const OPTIONS = ['--dry-run', '--prune'];

/**
 * Reads the settings from the environment and the arguments. Returns undefined if nothing is to be published.
 * @throws TypeError that names what is wrong
 */
export function settings(variables: Env, args: readonly string[]): Settings | undefined {
  const env = withoutEmpty(variables);
  const wrong = args.find((arg) => !OPTIONS.includes(arg));
  if (wrong !== undefined) throw unexpected('arguments', OPTIONS.join(' or '), wrong);
  if (!env.GRAFANA_URL) {
    if (args.length > 0) throw unexpected('GRAFANA_URL', `set for ${args.join(' ')}`, undefined);
    return undefined;
  }
  return {
    url: address(env.GRAFANA_URL),
    authorization: authorization(env),
    tls: tls(env),
    namespace: env.GRAFANA_NAMESPACE ?? 'default',
    folder: { uid: env.GRAFANA_FOLDER_UID ?? 'pmcp', title: env.GRAFANA_FOLDER ?? 'PMCP' },
    dryRun: args.includes('--dry-run'),
    prune: args.includes('--prune'),
    timeoutMs: 15_000,
    backoffMs: 500,
  };
}

/** CI passes unset variables as empty ones. */
function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function address(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  // It may contain a password, so it is not shown.
  if (!usable) throw new TypeError('Expected `GRAFANA_URL` to be an http(s) URL without user and password');
  return url.href.endsWith('/') ? url : new URL(`${url.href}/`);
}

function authorization({ GRAFANA_TOKEN, GRAFANA_USER, GRAFANA_PASSWORD }: Env): string {
  if (GRAFANA_TOKEN) return `Bearer ${GRAFANA_TOKEN}`;
  if (GRAFANA_USER && GRAFANA_PASSWORD)
    return `Basic ${Buffer.from(`${GRAFANA_USER}:${GRAFANA_PASSWORD}`).toString('base64')}`;
  throw new TypeError('Expected `GRAFANA_TOKEN`, or `GRAFANA_USER` and `GRAFANA_PASSWORD`, to be set');
}

function tls(env: Env): Settings['tls'] {
  const { GRAFANA_CA_FILE: ca, GRAFANA_CERT_FILE: cert, GRAFANA_KEY_FILE: key } = env;
  return {
    ...(ca && { ca: readFileSync(ca, 'utf8') }),
    ...(cert && { cert: readFileSync(cert, 'utf8') }),
    ...(key && { key: readFileSync(key, 'utf8') }),
    rejectUnauthorized: env.GRAFANA_TLS_INSECURE !== 'true',
  };
}
