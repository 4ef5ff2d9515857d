import { readFileSync } from 'node:fs';
import { parseDirectives } from '../logging/directives.js';
import { UsageError } from './errors.js';
import type { Flag } from './flags.js';

/** The types of flag values. Each `parse` throws a `UsageError` that says what was expected. */

function expected(name: string, what: string, text: string): UsageError {
  return new UsageError(
    'PMCP_E_BAD_VALUE',
    `expected ${name} to be ${what}, got ${JSON.stringify(text.slice(0, 100))}`,
  );
}

export function text(value: string, help: string): Flag<string | undefined> {
  return { value, help, parse: (given) => given, fallback: undefined };
}

export function toggle(help: string): Flag<boolean> {
  const parse = (given: string, name: string) => {
    if (given !== 'true' && given !== 'false') throw expected(name, 'true or false', given);
    return given === 'true';
  };
  return { help, parse, fallback: false };
}

export function seconds<T extends number | undefined>(help: string, fallback: T): Flag<number | T> {
  const parse = (given: string, name: string) => {
    const number = Number(given);
    if (given.trim() === '' || !(number > 0 && number <= 86_400))
      throw expected(name, 'a number of seconds up to 86400', given);
    return number;
  };
  return { value: 'SECONDS', help, parse, fallback };
}

export function count(help: string, fallback: number, max = 9_999): Flag<number> {
  const parse = (given: string, name: string) => {
    if (!/^[1-9]\d*$/.test(given) || Number(given) > max)
      throw expected(name, `a number from 1 to ${max}`, given);
    return Number(given);
  };
  return { value: 'N', help, parse, fallback };
}

export function oneOfWords(words: readonly string[], help: string): Flag<string | undefined> {
  const parse = (given: string, name: string) => {
    if (!words.includes(given)) throw expected(name, words.join(', '), given);
    return given;
  };
  return { value: 'WORD', help, parse, fallback: undefined };
}

/** Words separated by commas. */
export function list(value: string, help: string): Flag<readonly string[]> {
  const parse = (given: string) =>
    given
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  return { value, help, parse, fallback: [] };
}

/** A URL. Messages about it leave out its user name and password. */
export function url(help: string): Flag<URL | undefined> {
  const parse = (given: string, name: string) => {
    const parsed = URL.canParse(given) ? new URL(given) : undefined;
    if (!parsed || !/^https?:$/.test(parsed.protocol))
      throw expected(name, 'an http or https URL', given.replace(/.*@/s, '***@'));
    return parsed;
  };
  return { value: 'URL', help, parse, fallback: undefined };
}

/** Names of Kubernetes, separated by commas. */
export function names(help: string): Flag<readonly string[]> {
  const parse = (given: string, name: string) => {
    const all = given.split(',');
    if (!all.every((one) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(one)))
      throw expected(name, 'names such as shop,staging', given);
    return all;
  };
  return { value: 'NAMES', help, parse, fallback: [] };
}

/** Labels of Kubernetes, separated by commas. */
export function labels(help: string): Flag<readonly string[]> {
  const parse = (given: string, name: string) => {
    const all = given.split(',');
    if (!all.every((label) => /^([a-z0-9.-]+\/)?[\w.-]+=[\w.-]+$/.test(label)))
      throw expected(name, 'labels such as app=notes,tier=web', given);
    return all;
  };
  return { value: 'LABELS', help, parse, fallback: [] };
}

/** An address on which a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function address(help: string, fallback: Address): Flag<Address> {
  const parse = (given: string, name: string) => {
    const [, v6, host, port] = /^(?:\[(.+)\]|([^:]*)):(\d{1,5})$/.exec(given) ?? [];
    if (port === undefined || Number(port) > 65_535) throw expected(name, 'HOST:PORT', given);
    return { host: v6 ?? host ?? '', port: Number(port) };
  };
  return { value: 'HOST:PORT', help, parse, fallback };
}

/** A file that contains the value. */
export function content(help: string): Flag<Buffer | undefined> {
  return { value: 'FILE', help, parse: readNamed, fallback: undefined };
}

/** The path of a file that can be read. */
export function file(help: string): Flag<string | undefined> {
  const parse = (given: string, name: string) => {
    readNamed(given, name);
    return given;
  };
  return { value: 'FILE', help, parse, fallback: undefined };
}

function readNamed(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(
      'PMCP_E_UNREADABLE_FILE',
      `can't read the file of ${name}: ${(error as Error).message}`,
    );
  }
}

export const metricsPort: Flag<number | false | undefined> = {
  value: 'PORT',
  help: 'port of /metrics and /health; 0 for any; or off',
  parse: (given, name) => {
    if (given === 'off' || given === 'false') return false;
    if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535)
      throw expected(name, 'a port from 0 to 65535, or off', given);
    return Number(given);
  },
  fallback: undefined,
};

export const logLevel: Flag<string | undefined> = {
  value: 'LEVELS',
  help: 'levels, as in info,pmcp::requests=warn (default: info)',
  parse: (given, name) => {
    if (parseDirectives(given).problems.length > 0)
      throw expected(name, 'levels such as info or pmcp=debug', given);
    return given;
  },
  fallback: undefined,
};
