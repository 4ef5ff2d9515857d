import { describe, expect, it } from 'vitest';
import { readWebConfig } from './web-config.js';

const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

const read = (text: string) =>
  readWebConfig('/etc/web.yml', async (path) => (path === '/etc/web.yml' ? text : `content of ${path}`));

describe('a web configuration', () => {
  it('may be empty, and then requires nothing', async () => {
    expect(await read('')).toEqual({ tls: undefined, tokens: [], users: [], headers: {}, warnings: [] });
  });

  it('supports every setting of Prometheus', async () => {
    const policy = await read(`
tls_server_config:
  cert_file: tls/server.crt
  key: inline
  client_ca_file: /ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  curve_preferences: [X25519, CurveP256]
  prefer_server_cipher_suites: false
basic_auth_users:
  alice: ${HASH}
http_server_config:
  http2: false
  headers: { X-Frame-Options: deny }
rate_limit: { interval: 1s, burst: 5 }
`);
    expect(policy).toMatchObject({
      tls: {
        context: {
          cert: 'content of /etc/tls/server.crt',
          key: 'inline',
          ca: 'content of /ca.crt',
          minVersion: 'TLSv1.3',
          maxVersion: 'TLSv1.3',
          ciphers: expect.stringContaining(':ECDHE-RSA-AES128-GCM-SHA256'),
          ecdhCurve: 'X25519:P-256',
          honorCipherOrder: false,
        },
        clientAuth: 'verified',
        allowedSans: ['prometheus'],
      },
      users: [{ name: 'alice', password: { bcrypt: HASH } }],
      headers: { 'X-Frame-Options': 'deny' },
      warnings: [{ code: 'PMCP_W_RATE_LIMIT_IGNORED', text: expect.stringContaining('rate_limit') }],
    });
  });

  it.each([
    ['- a', 'Expected `the file` to be a mapping, got a list'],
    ['tls: {}', 'only the keys tls_server_config, http_server_config, basic_auth_users, rate_limit, got tls'],
    ['tls_server_config: {}', 'Expected `tls_server_config` to be an entry with cert_file or cert'],
    ['tls_server_config: { cert: a }', 'with key_file or key, got neither'],
    ['tls_server_config: { cert: a, cert_file: b, key: c }', 'Expected `cert` to be absent beside cert_file'],
    ['tls_server_config: { cert: a, key: b, client_ca: c }', 'Expected `client_auth_type` to be given'],
    ['tls_server_config: { cert: a, key: b, client_auth_type: Yes }', 'RequireAndVerifyClientCert, got Yes'],
    ['tls_server_config: { cert: a, key: b, client_allowed_sans: [x] }', 'one that requires a certificate'],
    [
      'tls_server_config: { cert: a, key: b, min_version: TLS9 }',
      'one of TLS10, TLS11, TLS12, TLS13, got TLS9',
    ],
    ['tls_server_config: { cert: a, key: b, cipher_suites: [RC4] }', 'Expected `cipher_suites` to be one of'],
    ['tls_server_config: { cert_file: 1, key: b }', 'Expected `cert_file` to be a text, got number'],
    ['basic_auth_users: { bob: secret }', 'Expected `basic_auth_users.bob` to be a bcrypt hash'],
    [`basic_auth_users: { "a:b": "${HASH}" }`, 'names without a colon'],
    ['http_server_config: { headers: { Cookie: x } }', 'only the keys Content-Security-Policy'],
  ])('is rejected with the fault: %s', async (text, message) => {
    const error = await read(text).catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('secret');
  });
});
