import { readFileSync } from 'node:fs';
import { didYouMean } from '../suggest.js';
import { isServiceLink } from '../validate.js';
import { UsageError } from './errors.js';

/** One setting of a command: `--metrics-port`, `PMCP_METRICS_PORT`, or `metrics-port` in the config file. */
export interface Flag<T> {
  /** The placeholder for the value in the help. A flag without one is a switch. */
  readonly value?: string;
  readonly help: string;
  /** @throws UsageError */
  readonly parse: (text: string, name: string) => T;
  readonly fallback: T;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };
export type Env = Readonly<Record<string, string | undefined>>;

/** The flag, variable or key that set a value, and its text. */
interface Source {
  readonly name: string;
  readonly text: string;
}

export interface Parsed<F extends Flags> {
  readonly values: Values<F>;
  /** The operand: an argument that is no flag. */
  readonly operand: string | undefined;
  /** All operands, if a command accepts several. */
  readonly operands: readonly string[];
  /** The arguments after `--`. */
  readonly command: readonly string[];
}

/**
 * Reads the settings of a command. A flag takes precedence over a variable, and a variable over the config file.
 *
 * @throws UsageError
 */
export function parseFlags<F extends Flags>(
  flags: F,
  args: readonly string[],
  env: Env,
  maxOperands = 0,
): Parsed<F> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { given, operands } = fromArguments(flags, args.slice(0, end));
  const [operand] = operands;
  const unknown = operands[maxOperands];
  if (unknown !== undefined) throw new UsageError('PMCP_E_UNKNOWN_FLAG', `unknown argument ${unknown}`);
  const file = fromFile(flags, given.get('config') ?? fromEnv('config', env));
  const values = Object.entries(flags).map(([key, flag]) => {
    const source = given.get(key) ?? fromEnv(key, env) ?? file.get(key);
    return [key, source ? flag.parse(source.text, source.name) : flag.fallback];
  });
  return { values: Object.fromEntries(values) as Values<F>, operand, operands, command: args.slice(end + 1) };
}

/** `metricsPort` as a flag: `metrics-port`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `metricsPort` as a variable: `PMCP_METRICS_PORT`. */
export function envName(key: string): string {
  return `PMCP_${flagName(key).replaceAll('-', '_').toUpperCase()}`;
}

function fromArguments(
  flags: Flags,
  args: readonly string[],
): { given: Map<string, Source>; operands: string[] } {
  const given = new Map<string, Source>();
  const operands: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    // A single `-` means the standard input.
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const [name = '', inline] = split(arg);
    const key = Object.keys(flags).find((candidate) => `--${flagName(candidate)}` === name);
    if (key === undefined) {
      const known = [...Object.keys(flags), 'help'].map((candidate) => `--${flagName(candidate)}`);
      throw new UsageError('PMCP_E_UNKNOWN_FLAG', `unknown argument ${arg}${didYouMean(name, known)}`);
    }
    const text = inline ?? (flags[key]?.value === undefined ? 'true' : rest.shift());
    if (text === undefined)
      throw new UsageError('PMCP_E_MISSING', `${name} needs a value: ${name} ${flags[key]?.value}`);
    given.set(key, { name, text });
  }
  return { given, operands };
}

function split(arg: string): [string, string?] {
  const at = arg.indexOf('=');
  return at < 0 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)];
}

function fromEnv(key: string, env: Env): Source | undefined {
  const text = env[envName(key)];
  return text && !isServiceLink(text) ? { name: envName(key), text } : undefined;
}

function fromFile(flags: Flags, file: Source | undefined): Map<string, Source> {
  if (!file) return new Map();
  const settings = readConfig(file);
  return new Map(
    Object.entries(settings).map(([name, value]) => {
      const key = Object.keys(flags).find((candidate) => flagName(candidate) === name);
      if (key === undefined || key === 'config')
        throw new UsageError(
          'PMCP_E_UNKNOWN_FLAG',
          `unknown setting ${name} in ${file.text}${didYouMean(name, Object.keys(flags).map(flagName))}`,
        );
      return [key, { name: `${name} in ${file.text}`, text: String(value) }];
    }),
  );
}

function readConfig({ name, text: path }: Source): Record<string, unknown> {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(
      'PMCP_E_UNREADABLE_FILE',
      `can't read the file of ${name}: ${(error as Error).message}`,
    );
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new UsageError('PMCP_E_UNREADABLE_FILE', `expected ${path} to hold a JSON object`);
  return settings as Record<string, unknown>;
}
