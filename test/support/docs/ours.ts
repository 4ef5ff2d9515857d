import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../packages/observability/src/cli/commands.js';
import { parseFlags } from '../../../packages/observability/src/cli/flags.js';
import { readArguments } from '../../../packages/viewer/src/arguments.js';
import { ROOT, read } from './blocks.js';
import type { Call } from './shell.js';

const PACKAGES = new Map(
  readdirSync(join(ROOT, 'packages')).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'));
    return [manifest.name as string, manifest as { readonly bin?: object; readonly exports: object }];
  }),
);

const root = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Packages of others that the pages install or run: those that tests use, and a few more. */
const OTHERS = new Set([
  ...Object.keys({ ...root.dependencies, ...root.devDependencies }),
  ...['@modelcontextprotocol/inspector', 'express', 'pprof-format', 'zod', 'yaml'],
]);

/** Programs that come with our packages, and how their arguments are read. */
const OURS: Readonly<Record<string, (args: readonly string[], env: Call['env']) => void>> = {
  'pmcp-observability': readCommand,
  'pmcp-doctor': (args, env) => readCommand(['doctor', ...args], env),
  'pmcp-viewer': (args) => void readArguments(args),
};

/** @throws Error if one of our programs would refuse the arguments; undefined if it is no program of ours */
export function readOurs({ program, args, env }: Call): true | undefined {
  const reads = OURS[program];
  // The page stands for any port.
  reads?.(
    args.map((arg) => arg.replaceAll(':PORT', ':9090')),
    env,
  );
  return reads && true;
}

function readCommand(args: readonly string[], env: Call['env']): void {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => args[i] === word));
  if (command === undefined)
    throw new Error(`Expected a command of pmcp-observability, got ${args.join(' ')}`);
  const { name, flags, operand = '', runsCommand = false } = command;
  const most = operand === '' ? 0 : operand.endsWith('...') ? Number.POSITIVE_INFINITY : 1;
  const parsed = parsedFlags(flags, args.slice(name.split(' ').length), env, most);
  if (parsed === undefined) return;
  if (operand !== '' && parsed.operand === undefined) throw new Error(`Expected ${operand} after ${name}`);
  if (parsed.command.length > 0 !== runsCommand)
    throw new Error(`Expected ${name} to run a command only if it can`);
}

/** @returns undefined if a flag names a file of the reader, which is read at once */
function parsedFlags(...given: Parameters<typeof parseFlags>): ReturnType<typeof parseFlags> | undefined {
  try {
    return parseFlags(...given);
  } catch (error) {
    if (!(error as Error).message.includes('ENOENT')) throw error;
    return undefined;
  }
}

/** `npx` runs a program of a package, or one of the repository's tools. @returns the call of that program */
export function behindNpx({ args, env }: Call): Call | undefined {
  const [first = '', second = '', ...rest] = args;
  if (first === '-p') return packaged(second, rest[0] ?? '', rest.slice(1), env);
  const named = PACKAGES.get(first);
  if (named !== undefined) return packaged(first, Object.keys(named.bin ?? {})[0] ?? '', args.slice(1), env);
  if (Object.hasOwn(OURS, first)) return { program: first, args: args.slice(1), env };
  if (!OTHERS.has(first)) throw new Error(`Expected a known package after npx, got ${first}`);
  if (first === 'tsx' && !existsSync(join(ROOT, second))) throw new Error(`Expected ${second} to exist`);
  return undefined;
}

function packaged(name: string, program: string, args: readonly string[], env: Call['env']): Call {
  const { bin = {} } = PACKAGES.get(name) ?? {};
  if (!Object.hasOwn(bin, program)) throw new Error(`Expected ${name} to have the program ${program}`);
  return { program, args, env };
}

/** @param folder the folder of the page, which may be a package of its own */
export function checkNpm({ args }: Call, folder: string): void {
  const [command = '', ...rest] = args;
  const fault = () => new Error(`Expected a command of npm that works here, got ${args.join(' ')}`);
  const scripts = { ...root.scripts, ...scriptsOf(folder) };
  if (command === 'run') checkScript(rest, scripts);
  else if (command === 'start' || command === 'test') checkScript([command, ...rest], scripts);
  else if (command === 'pack') {
    const workspaces = rest.filter((_, i) => rest[i - 1] === '--workspace');
    const unknown = workspaces.some((name) => !PACKAGES.has(name));
    const missing = [...PACKAGES].some(([name, { bin, exports }]) => {
      // One without both is only copied into images.
      const isForServers = bin !== undefined || Object.hasOwn(exports, '.');
      return isForServers && !workspaces.includes(name);
    });
    if (unknown || missing) throw fault();
  } else if (command === 'install') {
    if (!rest.every(isPackage)) throw fault();
  } else if (command !== 'ci' || rest.length > 0) throw fault();
}

function isPackage(name: string): boolean {
  const plain = name.replace(/@latest$/, '');
  return PACKAGES.has(plain) || OTHERS.has(plain) || name.endsWith('/pmcp-*.tgz');
}

function scriptsOf(folder: string): Readonly<Record<string, string>> {
  const file = join(ROOT, folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).scripts : {};
}

/** The script exists, and its sources know the flags. */
function checkScript(
  [name = '', ...rest]: readonly string[],
  scripts: Readonly<Record<string, string>>,
): void {
  const script = scripts[name];
  if (script === undefined) throw new Error(`Expected a script of package.json, got ${name}`);
  const given = rest.slice(rest.indexOf('--') + 1).filter((arg) => arg.startsWith('--'));
  const [source = ''] = /(?:scripts|test|bench)\/[\w/]+main\.ts/.exec(script) ?? [];
  for (const flag of given) {
    const word = flag.slice(2);
    if (!read(source).includes(word)) throw new Error(`Expected ${source} to read ${flag}`);
  }
}

/** Whether a module that Node imports first is one of our packages. */
export function checkImported(name: string): void {
  const [, owner = '', path = ''] = /^(@pmcp\/[a-z]+)(.*)$/.exec(name) ?? [];
  if (!Object.hasOwn(PACKAGES.get(owner)?.exports ?? {}, `.${path}`))
    throw new Error(`Expected an export, got ${name}`);
}
