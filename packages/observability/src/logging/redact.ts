import { types } from 'node:util';
import { stdSerializers } from 'pino';

export const REDACTED = '[redacted]';

/** Beyond these a value is no longer looked through, and what was not looked through is not shown. */
const MAX_DEPTH = 10;
const MAX_NODES = 2_000;
/** Characters of a string that are shown. */
export const MAX_STRING = 32_768;
export const CUT = '[cut]';
const MAX_REMEMBERED = 1_000;
/** Characters of a key that is worth remembering. */
const MAX_KEY = 100;

/** Compared in lower case, without what joins words: `X-Api-Key`, `API Key` and `api_key` are one. */
const SECRET =
  /^(.*authorization|.*cookies?|.*passw(or)?ds?(\d+|old|new|again|repeat|hash|confirm(ation)?)?|passwort|.*passphrases?|.*pwd\d*|(user|db|smtp|mail|redis|login|admin)pass|.*secrets?|.*token(value|string)?|.*jwts?|(basic|bearer|http|proxy|x)auth|.*(api|access|private|secret|signing|encryption)keys?|credentials?)$/;
/** Secret unless numbers: servers of language models count tokens, test runners count what did pass. */
const SECRET_UNLESS_COUNTED =
  /^((access|refresh|auth|bearer|id|api|session|user|bot|device|csrf|xsrf)?tokens|pass|auth|bearer)$/;
/** Of the protocol, and no secret. */
const HARMLESS: ReadonlySet<string> = new Set(['progresstoken']);
/** Where Node's requests and responses keep all their headers in one piece. */
const HEADERS: ReadonlySet<string> = new Set(['rawHeaders', 'rawTrailers', '_header', 'outputData']);

type Kind = 'harmless' | 'secret' | 'secret unless counted';
const remembered = new Map<string, Kind>();

/** No character that JSON escapes: a line of JSON stays one. */
const CREDENTIALS = /(bearer +|basic +(?=[\w.~+/=-]{8}))([\w.~+/=-]+)/gi;
/** What follows `Bearer` or `Basic` in a sentence. */
const PROSE = /^[A-Z]?[a-z]{1,15}[.=]?$/;

/**
 * A value for a log line or a span: secrets at any depth are replaced, strings are cut, and what can't be
 * serialised says so. The original is never changed, and is given back itself where nothing had to be.
 */
export function redact(value: object): object {
  const shown = redacted(value);
  return typeof shown === 'object' && shown !== null ? shown : { value: shown };
}

/** As `redact`, but what serialises itself to a text, as a date does, is that text. */
export function redacted(value: unknown): unknown {
  return new Walk().any(value);
}

/** A text without the credentials of an `Authorization` header that it quotes. */
export function masked(text: string): string {
  if (!text.includes('earer ') && !text.includes('asic ')) return text;
  return text.replaceAll(CREDENTIALS, (all, scheme: string, credentials: string) =>
    PROSE.test(credentials) ? all : scheme + REDACTED,
  );
}

export function isSecret(key: string, value: unknown): boolean {
  const kind = kindOf(key);
  return kind === 'secret' || (kind === 'secret unless counted' && !isCount(value));
}

/** What can't be shown, as it is shown instead. Never throws. */
export function unserialisable(error: unknown): string {
  return `[unserialisable: ${reason(error)}]`;
}

/** For a copy of what was asked for its JSON: asked again when it is written, it would show the original. */
const WITHOUT_TO_JSON = { toJSON: undefined };

class Walk {
  private nodes = 0;
  private readonly ancestors: object[] = [];

  any(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.length > MAX_STRING ? value.slice(0, MAX_STRING) + CUT : value;
    }
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'object' && value !== null ? this.object(value) : value;
  }

  private object(value: object): unknown {
    if (this.ancestors.includes(value)) return '[circular]';
    if (this.ancestors.length >= MAX_DEPTH || ++this.nodes > MAX_NODES) return CUT;
    this.ancestors.push(value);
    try {
      return this.opened(value);
    } catch (error) {
      return unserialisable(error);
    } finally {
      this.ancestors.pop();
    }
  }

  private opened(value: object): unknown {
    if (isError(value)) return this.copied({ ...stdSerializers.err(value), ...WITHOUT_TO_JSON });
    if (isSecretPair(value)) return [value[0], REDACTED];
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function') return this.copied(value);
    const shown: unknown = toJSON.call(value);
    return shown === value ? this.copied({ ...value, ...WITHOUT_TO_JSON }) : this.any(shown);
  }

  /** A copy from the first key on that has to change; until then none is made. */
  private copied(value: object): object {
    let copy: Record<string, unknown> | undefined;
    const source = value as Record<string, unknown>;
    for (const key in source) {
      let before: unknown;
      let after: unknown;
      try {
        before = source[key];
        after = before !== undefined && isSecret(key, before) ? REDACTED : this.any(before);
      } catch (error) {
        after = unserialisable(error);
      }
      if (after === before && copy === undefined) continue;
      copy ??= (Array.isArray(value) ? [...value] : { ...safe(value) }) as Record<string, unknown>;
      copy[key] = after;
    }
    return copy ?? value;
  }
}

/** What can be copied of an object whose getters may throw. */
function safe(value: object): object {
  try {
    return { ...value };
  } catch {
    return {};
  }
}

function isError(value: object): value is Error {
  // One from another realm is no instance; only what looks like one is worth asking for.
  return value instanceof Error || ('stack' in value && types.isNativeError(value));
}

/** A header and its value, as `Object.entries` gives them. */
function isSecretPair(value: object): value is [string, unknown] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, content] = value as unknown[];
  return typeof name === 'string' && name.length <= MAX_KEY && isSecret(name, content);
}

function kindOf(key: string): Kind {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const plain = key.toLowerCase().replaceAll(/[-_.\s]/g, '');
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

function reason(error: unknown): string {
  try {
    return error instanceof Error ? error.message.slice(0, 200) : 'it threw';
  } catch {
    return 'it threw';
  }
}
