/** What is shown in place of a secret. */
export const REDACTED = '[redacted]';

const MAX_REMEMBERED = 1_000;
/** Characters of a key that are looked at. */
export const MAX_KEY = 100;

/**
 * Compared in lower case, without what joins words: `X-Api-Key`, `API Key` and `api_key` are one. Each alternative is a
 * word that ends a key, after whatever else.
 */
const SECRET = new RegExp(
  `^(${[
    '.*authorization',
    '.*cookies?',
    '.*passw(or)?ds?(\\d+|old|new|again|repeat|hash|confirm(ation)?)?',
    '.*(passwort|kennwort|motdepasse|contrase(n|ñ)a|senha|пароль|密码|密碼|パスワード|비밀번호)',
    '.*pass(phrases?|code)',
    '.*pwd\\d*',
    '(user|db|smtp|mail|redis|login|admin)pass',
    '.*secrets?(id|value|string|data|text)?',
    '.*token(value|string)?',
    '.*jwts?',
    '(basic|bearer|http|proxy|x|npm|redis|rediscli)auth',
    '.*(api|access|private|secret|signing|encryption|decryption|account|master|hmac|subscription|consumer|webhook' +
      '|license|instrumentation|session|auth)keys?(data|value|base64|pem)?',
    '(dd|x|app|application|client|service|ssh|rsa|tls|ssl|openai|stripe|anthropic|sendgrid|gemini)(app)?key(data|value|pem)?',
    'credentials?',
    '(sharedaccess|xamz|xgoog|xhub|webhook|hmac).*signature(256)?',
    '(phpsess|jsession|aspnetsession|sess|connect\\.?s)id',
    '(otp|totp|mfa|2fa)(code)?',
    'pincode|cvv|cvc',
    '(client)?assertion|samlresponse|codeverifier',
    'csrf|xsrf|csrfmiddleware',
  ].join('|')})$`,
);
/** Secret unless numbers: servers of language models count tokens, test runners count what did pass. */
const SECRET_UNLESS_COUNTED =
  /^((access|refresh|auth|bearer|id|api|session|user|bot|device|csrf|xsrf)?tokens|pass|auth|bearer|creds?)$/;
/** Of the protocol, and no secret. */
const HARMLESS: ReadonlySet<string> = new Set(['progresstoken']);
/** Where Node's requests and responses keep all their headers in one piece. */
const HEADERS: ReadonlySet<string> = new Set(['rawHeaders', 'rawTrailers', '_header', 'outputData']);

export type Kind = 'harmless' | 'secret' | 'secret unless counted';
const remembered = new Map<string, Kind>();

export function isSecret(key: string, value: unknown): boolean {
  const kind = kindOf(key);
  return kind === 'secret' || (kind === 'secret unless counted' && !isCount(value));
}

/** What a value is, by the key that it has. */
export function kindOf(key: string): Kind {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  // The end of a key tells what it is, and a client may make up one of any length.
  const plain = key
    .slice(-MAX_KEY)
    .toLowerCase()
    .replaceAll(/[-_\s$]|\.(?!s?id$)/g, '');
  let kind: Kind = 'harmless';
  if (HEADERS.has(key) || (SECRET.test(plain) && !HARMLESS.has(plain))) kind = 'secret';
  else if (SECRET_UNLESS_COUNTED.test(plain)) kind = 'secret unless counted';
  // Keys may be made up by clients without end.
  if (remembered.size < MAX_REMEMBERED && key.length <= MAX_KEY) remembered.set(key, kind);
  return kind;
}

function isCount(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' || typeof value === 'boolean';
  return Object.values(value).every((part) => typeof part === 'number');
}
