import { unexpected } from '../expected.js';
import { checkAnyForm, checkForm, FORMS } from './checks.js';
import type { ServersAccess } from './options.js';

/** Returns the part of a job that configures TLS and the credentials for its targets. */
export function accessOf({ tls, bearerTokenFile, basicAuth }: ServersAccess = {}): object {
  return {
    ...(tls && { scheme: 'https', tls_config: tlsConfig(tls) }),
    ...(bearerTokenFile && { authorization: { credentials_file: bearerTokenFile } }),
    ...(basicAuth && {
      basic_auth: { username: basicAuth.username, password_file: basicAuth.passwordFile },
    }),
  };
}

function tlsConfig({ caFile, certFile, keyFile, serverName }: NonNullable<ServersAccess['tls']>): object {
  return {
    ...(caFile && { ca_file: caFile }),
    ...(certFile && { cert_file: certFile, key_file: keyFile }),
    ...(serverName && { server_name: serverName }),
  };
}

/** @throws TypeError that names the option which is wrong */
export function checkAccess({ tls, bearerTokenFile, basicAuth, secret }: ServersAccess): void {
  if (tls) {
    for (const key of ['caFile', 'certFile', 'keyFile', 'serverName'] as const)
      checkAnyForm(`servers.tls.${key}`, tls[key], FORMS.filled);
    if (!tls.certFile !== !tls.keyFile)
      throw unexpected(
        'servers.tls.keyFile',
        'given with `servers.tls.certFile`, and only then',
        tls.keyFile,
      );
  }
  checkAnyForm('servers.bearerTokenFile', bearerTokenFile, FORMS.filled);
  checkAnyForm('servers.secret', secret, FORMS.namespace);
  if (!basicAuth) return;
  if (bearerTokenFile)
    throw unexpected('servers.basicAuth', 'absent beside `servers.bearerTokenFile`', basicAuth);
  checkForm('servers.basicAuth.username', basicAuth.username, FORMS.filled);
  checkForm('servers.basicAuth.passwordFile', basicAuth.passwordFile, FORMS.filled);
}
