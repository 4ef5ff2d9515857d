/** What the admin port of a server asks of who reads its metrics: for each, the variable that says so. */
export interface Demands {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: string | undefined;
  readonly clientCertificate?: string | undefined;
}

const VARIABLES: Readonly<Record<keyof Demands, string>> = {
  token: 'PMCP_METRICS_TOKEN_FILE',
  password: 'PMCP_METRICS_PASSWORD_FILE',
  tls: 'PMCP_METRICS_TLS_CERT',
  clientCertificate: 'PMCP_METRICS_TLS_CLIENT_CA',
};

/**
 * @param env a value may be undefined where it is taken from elsewhere
 * @returns undefined if a file, which is not known, says what is asked
 */
export function demandsOf(env: ReadonlyMap<string, string | undefined>): Demands | undefined {
  // What a variable of Compose stands for may be empty.
  const isSet = (name: string) => env.has(name) && env.get(name) !== '' && !env.get(name)?.includes('$');
  if (['PMCP_METRICS_WEB_CONFIG', 'PMCP_CONFIG'].some(isSet)) return undefined;
  return Object.fromEntries(Object.entries(VARIABLES).filter(([, name]) => isSet(name))) as Demands;
}

/** What somebody who reads the metrics sends. */
interface Sent {
  readonly isSecure: boolean;
  readonly hasCertificate: boolean;
  readonly hasToken: boolean;
  readonly hasPassword: boolean;
}

/** Says why a server refuses what is sent to it, without the subject; undefined if it does not. */
export function refusal(
  { token, password, tls, clientCertificate }: Demands,
  server: string,
  { isSecure, hasCertificate, hasToken, hasPassword }: Sent,
): string | undefined {
  if (tls && !isSecure) return `asks ${server} by HTTP, and ${tls} gives its admin port TLS`;
  if (clientCertificate && !hasCertificate)
    return `shows ${server} no certificate, and ${clientCertificate} asks for one (403)`;
  const isKnown = (token && hasToken) || (password && hasPassword);
  if (isKnown || !(token || password)) return undefined;
  const sent = hasToken ? 'a token' : hasPassword ? 'a name and password' : 'no credentials';
  const wanted = token ? 'a token' : 'a name and password';
  return `sends ${server} ${sent}, and ${token ?? password} asks for ${wanted} (401)`;
}
