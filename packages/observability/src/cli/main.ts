import { readFileSync } from 'node:fs';
import { assetsCommand } from './assets.js';
import { type Command, commandHelp, programHelp } from './command.js';
import { type Env, parseFlags, UsageError } from './flags.js';
import { jobCommand } from './job.js';
import { proxyHttpCommand } from './proxy-http.js';
import { proxyStdioCommand } from './proxy-stdio.js';

const COMMANDS: readonly Command[] = [proxyStdioCommand, proxyHttpCommand, jobCommand, assetsCommand];

/** Exit code for a command line that can't be carried out. */
const USAGE = 2;

/** Runs the command that the arguments name. */
export async function main(args: readonly string[], env: Env): Promise<void> {
  try {
    await dispatch(args, env);
  } catch (error) {
    process.stderr.write(`pmcp-observability: ${(error as Error).message.replaceAll('\n', ' ')}\n`);
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}

async function dispatch(args: readonly string[], env: Env): Promise<void> {
  const [first] = args;
  if (first === '--help' || first === '-h') return print(programHelp(COMMANDS));
  if (first === '--version') return print(`${version()}\n`);
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => args[i] === word));
  if (!command) throw new UsageError(unknownCommand(args));
  const rest = args.slice(command.name.split(' ').length);
  const asksForHelp = rest
    .slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length)
    .includes('--help');
  if (asksForHelp) return print(commandHelp(command));
  await command.run(parseFlags(command.flags, rest, env, command.operand !== undefined));
}

function unknownCommand(args: readonly string[]): string {
  const given = args.slice(0, 2).join(' ');
  return `expected ${COMMANDS.map(({ name }) => name).join(', ')} or --help, got ${JSON.stringify(given)}`;
}

function print(text: string): void {
  process.stdout.write(text);
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
