import { REDACTED } from './keys.js';

/** The beginning of a word, also after an escaped line break. */
const START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))`;

/**
 * The forms of tokens that are recognisable by themselves. Each begins with fixed characters and ends with a run of one kind. So
 * an attempt succeeds or fails within the minimum length of a token, and the time is linear in the length of the text.
 */
const SHAPES = [
  // OpenAI, Anthropic and others. A kebab-case word has no digit so early.
  String.raw`sk-(?:ant-|proj-|svcacct-|admin-|or-v1-|lf-)[\w-]{16,}`,
  String.raw`sk-(?=[\w-]{0,30}\d)[\w-]{16,}`,
  String.raw`(?:sk|rk)_(?:live|test)_\w{10,}`,
  String.raw`whsec_[\w+/=]{16,}`,
  'gh[pousr]_[A-Za-z0-9]{20,}',
  String.raw`github_pat_\w{20,}`,
  String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|sa|c)[-_][\w.=-]{16,}`,
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}',
  String.raw`xox[a-z]-[\w-]{8,}`,
  String.raw`xapp-[\w-]{10,}`,
  String.raw`AIza[\w-]{30,}`,
  String.raw`ya29\.[\w.-]{10,}`,
  String.raw`GOCSPX-[\w-]{16,}`,
  String.raw`1//0[\w-]{20,}`,
  'npm_[A-Za-z0-9]{20,}',
  String.raw`pypi-[\w-]{20,}`,
  'do[opr]_v1_[a-f0-9]{16,}',
  'shp(?:at|ss|ca|pa)_[a-fA-F0-9]{16,}',
  String.raw`SG\.[\w.-]{30,}`,
  'hf_[A-Za-z0-9]{20,}',
  String.raw`(?:gsk|r8|xai|pplx|tvly|lin_api|ntn|figd|tskey|sntry[su]|phx|rdme|nvapi)[-_](?=[\w-]{0,30}\d)[\w-]{20,}`,
  String.raw`(?:sbp|pscale_(?:pw|tkn|oauth)|vercel_blob_rw|rubygems|ops|sq0(?:csp|atp|idp)|pat-(?:na|eu|ap)\d)[-_](?=[\w-]{0,30}\d)[\w-]{20,}`,
  String.raw`secret_(?=[A-Za-z0-9]{0,30}\d)[A-Za-z0-9]{30,}`,
  String.raw`\w{14}\.atlasv1\.[\w-]{20,}|tfe\.atlasv1\.[\w-]{16,}`,
  String.raw`eyJrIjoi[\w+/=-]{16,}`,
  String.raw`dckr_[po]at_[\w-]{16,}`,
  String.raw`hv[sbr]\.[\w-]{20,}`,
  'dapi[a-f0-9]{32,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{20,}',
  String.raw`AT(?:ATT|CTT|BB)3?[\w=-]{24,}`,
  String.raw`(?:PMAK|NRAK|CFPAT)-[\w-]{16,}`,
  'key-[a-f0-9]{32,}',
  'SK[a-f0-9]{32,}',
  'EAA[A-Za-z0-9]{40,}',
  String.raw`[MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.[\w-]{27,}`,
  String.raw`(?:bot)?\d{8,10}:AA[\w-]{30,}`,
  String.raw`[\w~.-]{3}\dQ~[\w~.-]{30,}`,
].join('|');

/** Tokens whose first characters are so rare that they need not begin a word. */
const ANYWHERE = [
  String.raw`\$2[abxy]\$\d\d\$[./A-Za-z0-9]{20,}`,
  String.raw`\$(?:argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,10}|[156y])\$[\w./+=,$-]{16,}`,
  String.raw`SCRAM-SHA-(?:1|256)\$[\w+/=:$]{16,}`,
  String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{10,}`,
  String.raw`discord(?:app)?\.com/api/webhooks/[\w/-]{10,}`,
  String.raw`webhook\.office\.com/[\w/@-]{10,}`,
].join('|');

const TOKEN = new RegExp(`${START}(?:${SHAPES})|${ANYWHERE}`, 'g');

/** A JSON Web Token, signed or encrypted. Matched as a whole, since the part after the first dot decides. */
const JWT = /eyJ[\w-]{10,}(?:\.[\w-]*){0,4}/g;

/** Without characters that JSON escapes, so that a JSON line stays valid. */
const CREDENTIALS = /(bearer(?: |%20|\+)+|basic +(?=[\w.~+/=-]{8}))([\w.~+/=-]+)/gi;
/** What texts with a private key must contain, and few other texts do. */
const SCHEMES = ['earer', 'EARER', 'asic ', 'ASIC '];
/** Words after `Bearer` or `Basic` in a sentence. */
const PROSE = /^[A-Z]?[a-z]{1,15}[.=]?$/;

const PEM_BEGIN = '-----BEGIN ';
const PEM_END = '-----END ';
const DASHES = '-----';
/** The length of the longest label, such as OPENSSH PRIVATE KEY. */
const MAX_LABEL = 60;

/** Every token contains a word of this length, and few sentences do. */
const LONG = 13;
const OF_WORD = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.~-') {
  OF_WORD[char.charCodeAt(0)] = 1;
}

/** Whether a text may contain a token. Checks only the positions where such a word would end, so few characters of most texts. */
function hasLongWord(text: string): boolean {
  let end = LONG - 1;
  while (end < text.length) {
    let at = end;
    while (at > end - LONG && OF_WORD[text.charCodeAt(at)] === 1) at--;
    if (at === end - LONG) return true;
    end = at + LONG;
  }
  return false;
}

/** Removes tokens that are recognisable by their form. */
export function withoutTokens(text: string): string {
  let shown = hasLongWord(text) ? text.replaceAll(TOKEN, REDACTED) : text;
  if (shown.includes('eyJ')) {
    shown = shown.replaceAll(JWT, (all) => (/^[^.]+\.(?:[^.]{6}|\.[^.]{6})/.test(all) ? REDACTED : all));
  }
  if (!SCHEMES.some((scheme) => shown.includes(scheme))) return shown;
  return shown.replaceAll(CREDENTIALS, (all, scheme: string, credentials: string) =>
    PROSE.test(credentials) ? all : scheme + REDACTED,
  );
}

/** Removes private keys. If the end of a key was cut off, the rest of the text counts as the key. */
export function withoutPrivateKeys(text: string): string {
  let begin = text.indexOf(PEM_BEGIN);
  if (begin < 0) return text;
  let shown = '';
  let done = 0;
  while (begin >= 0) {
    const label = begin + PEM_BEGIN.length;
    const isPrivate = text
      .slice(label, label + MAX_LABEL)
      .split(DASHES, 1)[0]
      ?.includes('PRIVATE');
    if (isPrivate) {
      shown += text.slice(done, begin) + REDACTED;
      done = endOfPem(text, label);
    }
    begin = text.indexOf(PEM_BEGIN, Math.max(label, done));
  }
  return shown + text.slice(done);
}

function endOfPem(text: string, from: number): number {
  const end = text.indexOf(PEM_END, from);
  if (end < 0) return text.length;
  const dashes = text.indexOf(DASHES, end + PEM_END.length);
  const isNear = dashes >= 0 && dashes <= end + PEM_END.length + MAX_LABEL;
  return isNear ? dashes + DASHES.length : end + PEM_END.length;
}
