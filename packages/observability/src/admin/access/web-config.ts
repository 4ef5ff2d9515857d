import { dirname, resolve } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { notInstalled } from '../../not-installed.js';
import { expectBcrypt } from './bcrypt.js';
import type { ReadFile } from './files.js';
import { CIPHERS, CURVES } from './go-names.js';
import type { ClientAuth, Policy, TlsPolicy, User } from './policy.js';

const CLIENT_AUTH: Readonly<Record<string, ClientAuth>> = {
  '': 'none',
  NoClientCert: 'none',
  RequestClientCert: 'requested',
  RequireClientCert: 'any',
  RequireAnyClientCert: 'any',
  VerifyClientCertIfGiven: 'verified if given',
  RequireAndVerifyClientCert: 'verified',
};

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** The headers that Prometheus allows in the file. */
const HEADERS = [
  'Content-Security-Policy',
  'X-Frame-Options',
  'X-Content-Type-Options',
  'X-XSS-Protection',
  'Strict-Transport-Security',
];

const BCRYPT = /^\$2[abxy]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/;

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads a file in the format of Prometheus and its exporters.
 *
 * @param path the path of the file; paths inside the file are relative to its folder
 * @throws Error that names the key, what was expected and what came, but no secret
 */
export async function readWebConfig(path: string, read: ReadFile): Promise<Policy> {
  const { parse } = await loadYaml();
  const root = section('the file', parse(await read(path)) ?? {}, [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ]);
  const http = section('http_server_config', root.http_server_config ?? {}, ['http2', 'headers']);
  return {
    tls: await tlsPolicy(root.tls_server_config, (file) => read(resolve(dirname(path), file))),
    tokens: [],
    users: await users(root.basic_auth_users),
    headers: headers(http.headers),
    warnings:
      root.rate_limit === undefined
        ? []
        : [
            {
              code: 'PMCP_W_RATE_LIMIT_IGNORED',
              text: 'rate_limit is ignored: failed attempts are limited as they are without it',
            },
          ],
  };
}

/** Loaded late, since few users have such a file and the parser is large. Version 1 has everything on its default export. */
async function loadYaml() {
  try {
    return (await import('yaml')).default;
  } catch (cause) {
    throw notInstalled('yaml', cause, ' for the file of metrics.webConfigFile');
  }
}

async function tlsPolicy(value: unknown, read: ReadFile): Promise<TlsPolicy | undefined> {
  if (value === undefined || value === null) return undefined;
  const tls = section('tls_server_config', value, [
    ...['cert', 'key', 'client_ca'].flatMap((key) => [key, `${key}_file`]),
    'client_auth_type',
    'client_allowed_sans',
    'min_version',
    'max_version',
    'cipher_suites',
    'prefer_server_cipher_suites',
    'curve_preferences',
  ]);
  const [cert, key, ca] = await Promise.all(
    ['cert', 'key', 'client_ca'].map((name) => inlineOrFile(tls, name, read)),
  );
  if (cert === undefined) throw wrong('tls_server_config', 'an entry with cert_file or cert', 'neither');
  if (key === undefined) throw wrong('tls_server_config', 'an entry with key_file or key', 'neither');
  const clientAuth = oneOf('client_auth_type', tls.client_auth_type ?? '', CLIENT_AUTH);
  if (ca !== undefined && clientAuth === 'none')
    throw wrong(
      'client_auth_type',
      'given beside client_ca_file, such as RequireAndVerifyClientCert',
      'none',
    );
  const allowedSans = texts('client_allowed_sans', tls.client_allowed_sans);
  if (allowedSans.length > 0 && clientAuth !== 'any' && clientAuth !== 'verified')
    throw wrong(
      'client_auth_type',
      'one that requires a certificate, beside client_allowed_sans',
      clientAuth,
    );
  const ciphers = texts('cipher_suites', tls.cipher_suites).map((one) =>
    oneOf('cipher_suites', one, CIPHERS),
  );
  const curves = texts('curve_preferences', tls.curve_preferences).map((one) =>
    oneOf('curve_preferences', one, CURVES),
  );
  return {
    context: {
      cert,
      key,
      ...(ca !== undefined && { ca }),
      minVersion: oneOf('min_version', tls.min_version ?? 'TLS12', VERSIONS),
      maxVersion: oneOf('max_version', tls.max_version ?? 'TLS13', VERSIONS),
      honorCipherOrder: tls.prefer_server_cipher_suites !== false,
      // Cipher suites of TLS 1.3 can't be chosen, like in Go.
      ...(ciphers.length > 0 && { ciphers: [...TLS13_CIPHERS, ...ciphers].join(':') }),
      ...(curves.length > 0 && { ecdhCurve: curves.join(':') }),
    },
    clientAuth,
    allowedSans,
  };
}

const TLS13_CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

async function inlineOrFile(tls: Section, key: string, read: ReadFile): Promise<string | undefined> {
  const [inline, file] = [tls[key] || undefined, tls[`${key}_file`] || undefined];
  if (inline !== undefined && file !== undefined) throw wrong(key, `absent beside ${key}_file`, 'both');
  if (inline !== undefined) return text(key, inline);
  return file === undefined ? undefined : read(text(`${key}_file`, file));
}

async function users(value: unknown): Promise<User[]> {
  const given = hashes(value);
  // Checked now, not with the first request.
  if (given.length > 0) await expectBcrypt();
  return given;
}

function hashes(value: unknown): User[] {
  return Object.entries(section('basic_auth_users', value ?? {})).map(([name, hash]) => {
    if (name.includes(':')) throw wrong('basic_auth_users', 'names without a colon', name);
    if (typeof hash !== 'string' || !BCRYPT.test(hash))
      throw wrong(
        `basic_auth_users.${name}`,
        'a bcrypt hash, such as htpasswd -nBC 10 writes',
        'something else',
      );
    return { name, password: { bcrypt: hash } };
  });
}

function headers(value: unknown): Record<string, string> {
  const given = Object.entries(section('http_server_config.headers', value ?? {}, HEADERS));
  return Object.fromEntries(given.map(([name, header]) => [name, text(name, header)]));
}

function section(name: string, value: unknown, keys?: readonly string[]): Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(name, 'a mapping', Array.isArray(value) ? 'a list' : typeof value);
  const stranger = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined) throw wrong(name, `a mapping with only the keys ${keys?.join(', ')}`, stranger);
  return value as Section;
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrong(name, 'a text', typeof value);
  return value;
}

function texts(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(name, 'a list', typeof value);
  return value.map((one) => text(name, one));
}

function oneOf<T>(name: string, value: unknown, allowed: Readonly<Record<string, T>>): T {
  if (typeof value === 'string' && Object.hasOwn(allowed, value)) return allowed[value]!;
  const names = Object.keys(allowed).filter(Boolean).join(', ');
  throw wrong(name, `one of ${names}`, String(value).slice(0, 100));
}

function wrong(name: string, expected: string, got: string): Error {
  return new Error(`Expected \`${name}\` to be ${expected}, got ${got}`);
}
