import { isSecret, REDACTED } from './keys.js';
import { isMixed, isOpaque } from './opaque.js';
import { saysNothing } from './pair-value.js';
import { withoutValues } from './spoken.js';

/** Spaces, quotes and commas between the parts of a command, which may be shown as one text or as a list. */
const FLAG = /(?<=^|[\s"'[,])(--?)([a-z][\w-]{1,60})(["']?,? *["']?)(?=[ "'])(["' ]{0,2})(?!-)([^\s"'`]+)/gi;
/** One-letter options of well-known programs. */
const PASSWORD_OPTION =
  /\b((?:(?:mysql|mariadb|mongo)\w{0,20}|sshpass|(?:docker|helm registry) login)(?:[^\n]{0,200}?\s)?-p ?['"]?|(?:redis|valkey)-cli(?:[^\n]{0,200}?\s)?-a ?['"]?)([^\s"']+)/g;
const USER_OPTION = /\b(curl(?:[^\n]{0,200}?\s)?(?:-u|--user|--proxy-user)[ =]?['"]?)([^\s"':]*:[^\s"']+)/g;
/** Commands of Redis, SMTP and similar protocols. In an error of ioredis, also as a list of arguments. */
const AUTH =
  /(?:(?<![\w-])|(?<=\\[rn]))((?:AUTH|auth)(?:\\r\\n|\r\n)\$\d+(?:\\r\\n|\r\n)|AUTH (?:PLAIN |LOGIN |XOAUTH2 )?)([^\s<\\]+)( (?!AUTH )[^\s<\\]+)?/g;
const AUTH_ARGUMENTS = /name\\*["']?: ?\\*["'](auth|hello)\\*["'], ?(\\*["']?)args\\*["']?(?=:)/gi;
const AUTH_PROSE =
  /^(?:called|failed|failure|required|command|error|errors|with|is|was|not|only|or|and|mechanisms?|PLAIN|LOGIN)\b/i;
/** `<password>…</password>`. */
const XML = /(<([\w:.-]{2,60})(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?)([^<>\s][^<>]*?)(?=(?:\]\]>)?<\/)/g;
/** `<password value="…"/>`, `<input type="password" value="…">`. */
const ELEMENT =
  /(<(?:input\s[^<>]{0,200}?(?:type|name)=\\?["'])?([\w:.-]{2,60})\\?["']?(?:\s[^<>]{0,200}?)?\svalue=\\?["'])([^"'\\<>\n]{1,4000})/g;
/** A cell of a table: `token | …`. */
const CELL = /((?:^|[\s|])([\w-]{2,60}) ?\| ?)([^\s|]{6,4000})/gm;
/** `<add key="Password" value="…"/>`. */
const ATTRIBUTES = /(\b(?:name|key)=\\?["']([\w.:-]{2,64})\\?["']\s{1,3}value=\\?["'])([^"'\\<>\n]{1,4000})/g;
/** A field of `multipart/form-data`. */
const FORM = /(name=\\?"([\w.-]{2,60})\\?"(?:\\r\\n|\r?\n|\\n){2})([^\r\n\\]+)/g;
/** A header in a list: `["x-api-key", "…"]`. */
const LISTED = /((["'])([\w-]{4,60})\2, ?(["']))((?:(?!\4)[^\\\n]){1,4000})(?=\4)/g;
const HEADER = /-|ation$|ookie/;
/** A list that contains only names of headers. */
const HEADER_NAME = /^(?:(?:[a-z]+-)+[a-z]+|accept|authorization|cookie|date|host|origin|referer)$/i;
/** An entry of the form `{ name, value }`, in JSON or YAML. */
const NAMED =
  /\b(?:name|key|header)\\*["']?\s{0,3}[:=]\s{0,3}\\*["']?([\w.-]{2,64})\\*["']?\s{0,3}(?:,|\\n|\n)\s{0,12}-?\s{0,3}(\\*["']?)value\\*["']?\s{0,3}(?=[:=])/gi;
const NETRC = /\b(login \S{1,100} password )(\S+)/g;

/** A cheap test for whether a rule may match. Most texts do not pass it. */
const LISTS = ['","', '", "', "','", "', '"];
const AUTHS = ['AUTH', 'auth', 'Auth', 'HELLO', 'hello'];

function hasOneOf(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word));
}

/** Removes secrets in commands, protocols and mark-up, where no separator marks the key. */
export function withoutCommandSecrets(text: string): string {
  let shown = text;
  if (shown.includes('-')) shown = withoutOptions(shown);
  if (hasOneOf(shown, AUTHS)) shown = withoutAuth(shown);
  if (shown.includes('</')) shown = withoutFields(shown, XML);
  if (hasOneOf(shown, LISTS)) shown = withoutListed(shown);
  if (shown.includes('alue')) shown = withoutValues(shown, NAMED, (key) => isSecret(key, ''));
  if (shown.includes('value=')) shown = withoutFields(withoutFields(shown, ATTRIBUTES), ELEMENT);
  if (shown.includes('|')) shown = withoutFields(shown, CELL, isTelling);
  if (shown.includes('name=')) shown = withoutFields(shown, FORM);
  return shown.includes('login ') ? shown.replaceAll(NETRC, `$1${REDACTED}`) : shown;
}

/** @param fields a pattern whose second and third group are the key and the value */
function withoutFields(
  text: string,
  fields: RegExp,
  isLikely: (value: string) => boolean = () => true,
): string {
  return text.replaceAll(fields, (all, before: string, key: string, value: string) =>
    isSecret(key, value) && isLikely(value) ? before + REDACTED : all,
  );
}

function isTelling(value: string): boolean {
  return isMixed(value) || isOpaque(value);
}

function withoutListed(text: string): string {
  return text.replaceAll(LISTED, (all, before: string, _q, key: string, _r, value: string) =>
    (HEADER.test(key) || isMixed(value)) && isSecret(key, value) && !HEADER_NAME.test(value)
      ? before + REDACTED
      : all,
  );
}

function withoutOptions(text: string): string {
  return text
    .replaceAll(FLAG, (all, dashes: string, key: string, gap: string, open: string, value: string) =>
      isSecret(key, value) && !saysNothing(value) ? dashes + key + gap + open + REDACTED : all,
    )
    .replaceAll(PASSWORD_OPTION, `$1${REDACTED}`)
    .replaceAll(USER_OPTION, `$1${REDACTED}`);
}

function withoutAuth(text: string): string {
  return withoutValues(text, AUTH_ARGUMENTS, () => true).replaceAll(
    AUTH,
    (all, before: string, first: string) => (AUTH_PROSE.test(first) ? all : before + REDACTED),
  );
}
