import { isCode, isSecret, REDACTED } from './keys.js';
import { isMixed, isOpaque } from './opaque.js';
import { saysNothing, valueAt } from './pair-value.js';

/** The names of secrets in sentences. A cheap test, since most texts contain none. */
const NAMED = /pass|secret|token|key|code|cookie|credential|pin\b|cv[vc]|otp|totp|mfa/i;
/** `token 0a1b…`, `client key 0a1b…`: a name before a generated value. */
const OPAQUE =
  /(?<![\w-])([a-z][\w-]{2,40}(?:[ -](?:key|secret|token|cookie))?)( is | was |=> | )(["'`]?(?:base64:)?)(?=[\w+/=.~-]{0,40}\d)([\w+/=.~-]{16,})/gi;
/** `the password is hunter2`. */
const TOLD =
  /\b((?:pass(?:word|wd|phrase|code)|token|secret|(?:api|access|secret)[-_ ]?key)(?: is(?: now)?:? | was | ))(["'`]?)([^\s"'`,;)\]}]{6,200})/gi;
/** `password "hunter2"`, also in SQL. */
const QUOTED =
  /(\w{0,40}(?:pass(?:w(?:or)?d|phrase)|secret)\s{1,3})(["'`])((?:(?!\2)[^\\\s]){1,200})(?=\2)/gi;
/** `Password for bob: hunter2`. */
const OF_SOMEBODY =
  /\b(pass(?:word|wd|phrase|code)|secret|token|api[-_ ]?key|pin) (?:for|of) (?:user |key )?(?:'[^'\n]{1,200}'|"[^"\n]{1,200}"|[^\s:='"]{1,100}(?:@'[^'\n]{1,100}')?)()\s?[:=]/gi;
/** `Your verification code is 123456`. */
const CODE =
  /\b((?:(?:one[- ]time|verification|security|auth(?:entication)?|login|sms|confirmation|[2m]fa|t?otp|pin)[ -](?:code|password|passcode|pin)|passcode|t?otp|pin|cv[vc]2?)(?: is| was)?[ :=#]{1,3})(\d{3,8})\b/gi;

/** `set password for bob to hunter2`, `password changed from hunter2 to …`. */
const SET =
  /\b((?:pass(?:word|wd|phrase|code)|secret|token)(?: (?:for|of) \S{1,100})? (?:to|(?:was )?changed from) )(["'`]?)([^\s"'`,;)\]}]{6,200})/gi;
/** `use hunter2 as the password`. */
const USED_AS =
  /\b(us(?:e|ing) )(["'`]?)([^\s"'`]{4,200})(?=["'`]? as (?:the|your|a|my) (?:[\w-]{1,20} ){0,2}(?:pass(?:word|phrase|code)|secret|token|code|pin)\b)/gi;
/** `Your code is 123456`, `123456 is your one-time code`. */
const YOUR_CODE = /\b(your (?:[\w-]{1,20} ){0,2}code(?: is|:) )(\d{4,8})\b/gi;
const IS_YOUR_CODE = /\b\d{4,8}(?= is your (?:[\w-]{1,20} ){0,2}(?:code|pin|password)\b)/gi;

/** Removes secrets in sentences, where words announce them. */
export function withoutSpokenSecrets(text: string): string {
  if (!NAMED.test(text)) return text;
  let shown = text.replaceAll(CODE, `$1${REDACTED}`);
  shown = shown.replaceAll(OPAQUE, (all, key: string, gap: string, quote: string, value: string) =>
    isOpaque(value) && isSecret(lastWords(key), value) ? key + gap + quote + REDACTED : all,
  );
  shown = withoutTold(shown, TOLD);
  shown = shown.replaceAll(QUOTED, (all, before: string, quote: string, value: string) =>
    saysNothing(value) ? all : before + quote + REDACTED,
  );
  shown = withoutCodes(withoutTold(withoutTold(shown, SET), USED_AS));
  return withoutValues(shown, OF_SOMEBODY, () => true);
}

function withoutTold(text: string, told: RegExp): string {
  return text.replaceAll(told, (all, before: string, quote: string, value: string) =>
    isTold(value) ? before + quote + REDACTED : all,
  );
}

function isTold(value: string): boolean {
  const word = value.replace(/[.:!?]+$/, '');
  return (isMixed(word) || isOpaque(word) || isCode(word)) && !saysNothing(value);
}

function withoutCodes(text: string): string {
  return text.replaceAll(YOUR_CODE, `$1${REDACTED}`).replaceAll(IS_YOUR_CODE, REDACTED);
}

/** `ssh client-key`: a name of two words, or its last word. */
function lastWords(key: string): string {
  return key.slice(key.lastIndexOf(' ', key.lastIndexOf(' ') - 1) + 1);
}

/** Removes what follows each match. Its first group is the name, the second the quote. */
export function withoutValues(text: string, names: RegExp, isHidden: (name: string) => boolean): string {
  let shown = '';
  let done = 0;
  for (const hit of text.matchAll(names)) {
    const [all, key = '', quote = ''] = hit;
    if (hit.index < done || !isHidden(key)) continue;
    const value = valueAt(text, hit.index + all.length, { key, kind: 'secret', quote });
    if (value === undefined) continue;
    const mark = value.isBare ? quote : '';
    shown += text.slice(done, value.start) + mark + REDACTED + mark;
    done = value.end;
  }
  return done === 0 ? text : shown + text.slice(done);
}
