import { isOpaque } from './opaque.js';

/** The replacement for a secret. */
export const REDACTED = '[redacted]';

const MAX_REMEMBERED = 1_000;
/** How many characters of a key are read. */
export const MAX_KEY = 100;
/** How many fields and items of a value are read. */
export const MAX_ENTRIES = 10_000;
/** The most fields that an object of counts may have. */
const MAX_COUNTS = 100;

/**
 * Compared in lower case and without separators: `X-Api-Key`, `API Key` and `api_key` are the same. Each alternative is a word at
 * the end of a key.
 */
const SECRET = new RegExp(
  `^(${[
    '.*authorization',
    '.*cookies?',
    '.*passw(or)?ds?(\\d+|old|new|again|repeat|hash|confirm(ation)?)?',
    '.*(passwort|kennwort|motdepasse|contrase(n|ñ)a|senha|пароль|密码|密碼|パスワード|비밀번호)',
    '.*pass(phrases?|codes?)',
    '.*pwd\\d*',
    '.*(user|db|smtp|mail|redis|login|admin|require|default|root|sudo|become|ssh|ftp|sql|mqtt|vault|proxy|store|key)pass',
    'bindpw|masterauth|(wpa)?psk|r[ow]community|rememberme',
    '.*secret(s?(id|value|string|data|text))?',
    '.*token(value|string|hint)?',
    '.*jwts?',
    '(basic|bearer|http|proxy|x|npm|redis|rediscli)auth',
    '.*(api|access|private|secret|signing|encryption|decryption|account|master|hmac|subscription|consumer|webhook' +
      '|license|instrumentation|session|auth|preshared|certificate|unseal)keys?(data|value|base64|pem|base)?',
    '(dd|x|app|application|client|service|ssh|rsa|tls|ssl|openai|stripe|anthropic|sendgrid|gemini)(app)?key(data|value|pem)?',
    'credentials?',
    '(sharedaccess|xamz|xgoog|xhub|webhook|hmac).*signature(256)?',
    '(phpsess|jsession|aspnetsession|sess|connect\\.?s)id',
    '(otp|totp|mfa|2fa)(code)?',
    '(auth|authorization|device|user|verification|confirmation|security|login|signin|sms|onetime|recovery|backup|reset|invite|invitation)codes?',
    'pincode|cvv2?|cvc2?',
    '(client)?assertion|samlresponse|(code|oauth)verifier',
    'csrf|xsrf|csrfmiddleware',
  ].join('|')})$`,
);
/** Secret unless the value is a number: servers of language models count tokens, test runners count passed tests. */
const SECRET_UNLESS_COUNTED =
  /^((access|refresh|auth|bearer|id|api|session|user|bot|device|csrf|xsrf)?tokens|.*secrets|pass|auth|bearer|creds?)$/;
/** Secret if a program generated the value. Otherwise it is a word about it. */
const SECRET_IF_OPAQUE = /^(.*sess(ion)?(id)?|.*sid|.*signature|sig|.*ticket)$/;
/** Secret if the value looks like a code of a card or a phone. */
const SECRET_IF_DIGITS = /^(card|sim|user|login)?pin$/;
const DIGITS = /^\d{4,8}$/;
/** Keys of the protocol that are no secrets. */
const HARMLESS: ReadonlySet<string> = new Set(['progresstoken', 'mcpsessionid', 'mcp.sessionid']);
/** The fields in which Node's requests and responses keep all headers. */
const HEADERS: ReadonlySet<string> = new Set(['rawHeaders', 'rawTrailers', '_header', 'outputData']);

export type Kind = 'harmless' | 'secret' | 'secret unless counted' | 'secret if opaque' | 'secret if digits';
const remembered = new Map<string, Kind>();

export function isSecret(key: string, value: unknown): boolean {
  switch (kindOf(key)) {
    case 'secret':
      return true;
    case 'secret unless counted':
      return !isCount(value);
    case 'secret if opaque':
      return typeof value === 'string' && isOpaque(value);
    case 'secret if digits':
      return (typeof value === 'string' || typeof value === 'number') && isCode(String(value));
    default:
      return false;
  }
}

/** Digits that a person enters as a proof of identity. */
export function isCode(value: string): boolean {
  return DIGITS.test(value);
}

/** The kind of a value, according to its key. */
export function kindOf(key: string): Kind {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  // The end of a key decides, and a client may send a key of any length.
  const plain = key
    .slice(-MAX_KEY)
    .toLowerCase()
    .replaceAll(/[-_\s$]|\.(?!s?id$)/g, '');
  const kind = HEADERS.has(key) ? 'secret' : kindOfPlain(plain);
  // Clients can invent any number of keys.
  if (remembered.size < MAX_REMEMBERED && key.length <= MAX_KEY) remembered.set(key, kind);
  return kind;
}

function kindOfPlain(plain: string): Kind {
  if (HARMLESS.has(plain)) return 'harmless';
  if (SECRET.test(plain)) return 'secret';
  if (SECRET_UNLESS_COUNTED.test(plain)) return 'secret unless counted';
  if (SECRET_IF_OPAQUE.test(plain)) return 'secret if opaque';
  return SECRET_IF_DIGITS.test(plain) ? 'secret if digits' : 'harmless';
}

function isCount(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' || typeof value === 'boolean';
  if (Array.isArray(value)) return isCounts(value);
  let fields = 0;
  for (const key in value) {
    if (++fields > MAX_COUNTS || typeof (value as Record<string, unknown>)[key] !== 'number') return false;
  }
  return true;
}

/** Fields beyond those that are ever shown do not matter. */
function isCounts(list: readonly unknown[]): boolean {
  const end = Math.min(list.length, MAX_ENTRIES);
  for (let i = 0; i < end; i++) if (typeof list[i] !== 'number') return false;
  return true;
}
