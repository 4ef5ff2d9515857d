import { stdSerializers } from 'pino';

export const REDACTED = '[redacted]';

/** Beyond these a value is no longer looked through, and what was not looked through is not shown. */
const MAX_DEPTH = 10;
const MAX_NODES = 2_000;
/** Characters of a string that are shown. */
const MAX_STRING = 32_768;
const MAX_REMEMBERED = 1_000;

/** Compared in lower case, without `-` and `_`: `X-Api-Key` and `api_key` are one. */
const SECRET =
  /^(.*authorization|.*cookies?|.*passwords?|.*passphrase|passw(d|ort)|pwd|.*secrets?|.*token|.*(api|access|private|secret|signing|encryption)keys?|credentials?)$/;
/** Of the protocol, and no secret. */
const HARMLESS: ReadonlySet<string> = new Set(['progresstoken']);

const remembered = new Map<string, boolean>();

/**
 * A value for a log line or a span: secrets at any depth are replaced, strings are cut, and what can't be
 * serialised says so. The original is never changed, and is given back itself where nothing had to be.
 */
export function redact<T extends object>(value: T): object {
  return new Walk().object(value) as object;
}

class Walk {
  private nodes = 0;
  private readonly ancestors: object[] = [];

  object(value: object): unknown {
    if (this.ancestors.includes(value)) return '[circular]';
    if (this.ancestors.length >= MAX_DEPTH || ++this.nodes > MAX_NODES) return '[cut]';
    this.ancestors.push(value);
    try {
      return this.opened(value);
    } catch (error) {
      return `[unserialisable: ${reason(error)}]`;
    } finally {
      this.ancestors.pop();
    }
  }

  private opened(value: object): unknown {
    if (value instanceof Error) return this.copied(stdSerializers.err(value));
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.any(toJSON.call(value));
    return this.copied(value);
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
        after = isSecret(key) && before !== undefined ? REDACTED : this.any(before);
      } catch (error) {
        after = `[unserialisable: ${reason(error)}]`;
      }
      if (after === before && copy === undefined) continue;
      copy ??= (Array.isArray(value) ? [...value] : { ...safe(value) }) as Record<string, unknown>;
      copy[key] = after;
    }
    return copy ?? value;
  }

  private any(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.length > MAX_STRING ? `${value.slice(0, MAX_STRING)}[cut]` : value;
    }
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'object' && value !== null ? this.object(value) : value;
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

function isSecret(key: string): boolean {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const plain = key.toLowerCase().replaceAll(/[-_]/g, '');
  const secret = SECRET.test(plain) && !HARMLESS.has(plain);
  // Keys may be made up by clients without end.
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, secret);
  return secret;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'it threw';
}
