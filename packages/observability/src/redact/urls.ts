import { REDACTED } from './keys.js';

/** Protocols whose paths may contain an @, as in `/@scope/name`. */
const WITH_PATHS = /(?:^|[^a-z\d.+-])(?:https?|wss?|git|ftps?|sftp|file|s3|gs|note|resource)$/i;
const MAX_SCHEME = 20;
const ENDS_URL = /[\s"'`<>\\]|:\/\//g;
const ENDS_AUTHORITY = /[/?#]/;
const ENCODED = /%3A%2F%2F[^\s"'`<>&]*/gi;
/** The form of Go's drivers: `user:password@tcp(host:3306)/db`. */
const GO_DSN = /(?<=^|[\s"'`=(])[\w.%+-]{1,64}:[^\s"'`]{1,200}@(?=(?:tcp|unix|udp|cloudsql)[\d\w-]{0,10}\()/g;
/** Without a protocol: `user:password@host:5432`. */
const BARE = /(?<=^|[\s"'`=(])[\w.%+-]{1,64}:[^\s"'`@/]{1,200}@(?=[\w.-]{1,253}:\d)/g;
/** The form of Oracle: `jdbc:oracle:thin:user/password@host`. */
const ORACLE = /(:thin:)[^\s"'`/@]{1,64}\/[^\s"'`@]{1,200}@/g;

/** Removes user names and passwords in URLs, and keeps the hosts. */
export function withoutUrlCredentials(text: string, isCut: boolean): string {
  let shown = withoutUserInfo(text, isCut);
  if (shown.includes('%2F') || shown.includes('%2f'))
    shown = shown.replaceAll(ENCODED, withoutEncodedUserInfo);
  if (!shown.includes('@')) return shown;
  return shown
    .replaceAll(GO_DSN, `${REDACTED}@`)
    .replaceAll(BARE, `${REDACTED}@`)
    .replaceAll(ORACLE, `$1${REDACTED}@`);
}

function withoutEncodedUserInfo(url: string): string {
  const at = url.lastIndexOf('%40');
  return at < 0 ? url : `%3A%2F%2F${REDACTED}${url.slice(at)}`;
}

function withoutUserInfo(text: string, isCut: boolean): string {
  let at = text.indexOf('://');
  if (at < 0) return text;
  let shown = '';
  let done = 0;
  while (at >= 0) {
    const start = at + 3;
    ENDS_URL.lastIndex = start;
    const stop = ENDS_URL.exec(text)?.index ?? text.length;
    const rest = text.slice(start, stop);
    const end = endOfUserInfo(rest, WITH_PATHS.test(text.slice(Math.max(0, at - MAX_SCHEME), at)));
    if (end > 0) {
      shown += `${text.slice(done, start) + REDACTED}@`;
      done = start + end + 1;
    } else if (isCut && stop === text.length && !ENDS_AUTHORITY.test(rest)) {
      // Its @ may be after the cut.
      shown += text.slice(done, start) + REDACTED;
      done = stop;
    }
    at = text.indexOf('://', stop);
  }
  return shown + text.slice(done);
}

/** Returns the position of the @ after user and password. A password that was not encoded may contain @ and slashes. */
function endOfUserInfo(rest: string, hasPaths: boolean): number {
  const slash = rest.search(ENDS_AUTHORITY);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const inAuthority = authority.lastIndexOf('@');
  if (!hasPaths) return endOfAny(rest, authority);
  if (inAuthority >= 0) return inAuthority;
  // After the colon is no port, so the slash belongs to a password.
  return /:(?!\d{0,5}$)/.test(authority) && !authority.startsWith('[') ? rest.lastIndexOf('@') : -1;
}

/** In the URL of a database, an @ that can't follow a user is part of the parameters. */
function endOfAny(rest: string, authority: string): number {
  const last = rest.lastIndexOf('@');
  if (last < 0 || authority.includes('@') || authority.includes(':')) return last;
  return -1;
}
