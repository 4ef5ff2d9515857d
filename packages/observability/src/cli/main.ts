import { didYouMean } from '../suggest.js';
import { VERSION } from '../version.js';
import { type Command, commandHelp, programHelp } from './command.js';
import { COMMANDS } from './commands.js';
import { codeOf, say, UsageError } from './errors.js';
import { type Env, parseFlags } from './flags.js';

/** The exit code for a wrong command line. */
const USAGE = 2;

/** A program that is one command of ours. */
interface Alone {
  readonly program: string;
  readonly command: string;
}

/** Runs the command that the arguments name, or the one of a program that has no other. */
export async function main(args: readonly string[], env: Env, alone?: Alone): Promise<void> {
  // The reader of our messages may close its end. The command continues.
  process.stderr.on('error', () => {});
  try {
    await dispatch(args, env, alone);
  } catch (error) {
    say(codeOf(error), (error as Error).message);
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}

async function dispatch(given: readonly string[], env: Env, alone?: Alone): Promise<void> {
  const named = (words: readonly string[]) => (alone ? [alone.command, ...words] : words);
  const args = named(given);
  const ours = given.includes('--') ? given.slice(0, given.indexOf('--')) : given;
  if (ours[0] === 'help') return print(help(named(ours.slice(1)), alone));
  if (isGroup(args)) return print(help(args));
  if (ours.some((arg) => arg === '--help' || arg === '-h')) return print(help(named(ours), alone));
  if (given[0] === '--version' || given[0] === '-v') return print(`${VERSION}\n`);
  const command = commandOf(args);
  if (!command) throw unknownCommand(args);
  const rest = args.slice(command.name.split(' ').length);
  const parsed = parseFlags(command.flags, rest, env, maxOperands(command));
  const [surplus] = parsed.command;
  if (surplus !== undefined && !command.runsCommand)
    throw new UsageError('PMCP_E_UNKNOWN_FLAG', `${command.name} runs no command, got -- ${surplus}`);
  await command.run(parsed);
}

/** Whether the arguments are only the first words of several commands. Then the help is shown. */
function isGroup(args: readonly string[]): boolean {
  return (
    commandOf(args) === undefined &&
    COMMANDS.some(({ name }) => `${name} `.startsWith(args.map((arg) => `${arg} `).join('')))
  );
}

function maxOperands({ operand }: Command): number {
  if (operand === undefined) return 0;
  return operand.endsWith('...') ? Number.POSITIVE_INFINITY : 1;
}

function commandOf(words: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, i) => words[i] === word));
}

/** Returns the help of one command, of several that begin with the same words, or of all. */
function help(args: readonly string[], alone?: Alone): string {
  const command = commandOf(args);
  if (command) return commandHelp(command, args.includes('all'), alone?.program);
  const flag = args.findIndex((arg) => arg.startsWith('-'));
  const words = flag < 0 ? args : args.slice(0, flag);
  const alike = COMMANDS.filter(({ name }) => words.every((word, i) => name.split(' ')[i] === word));
  if (alike.length === 0) throw unknownCommand(args);
  return programHelp(alike);
}

function unknownCommand(args: readonly string[]): UsageError {
  const names = COMMANDS.map(({ name }) => name);
  const [first = '', second = ''] = args;
  const meant =
    didYouMean(`${first} ${second}`, names) ||
    didYouMean(first, [...new Set(names.flatMap((name) => name.split(' ')[0] ?? []))]);
  const given = JSON.stringify(args.slice(0, 2).join(' '));
  return new UsageError(
    'PMCP_E_UNKNOWN_COMMAND',
    `expected ${names.join(', ')} or --help, got ${given}${meant}`,
  );
}

function print(text: string): void {
  process.stdout.write(text);
}
