/**
 * `npm start`: runs a real server under load and a real Prometheus, and shows the figures in the terminal.
 */
import { type Arguments, HELP, readArguments } from './arguments.js';
import { Run } from './run.js';

const BAD_ARGUMENTS = 2;

function parse(): Arguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

async function main(): Promise<number> {
  const args = parse();
  if (!args) return BAD_ARGUMENTS;
  if (!args.help) return new Run(args.durationMs).execute();
  process.stdout.write(HELP);
  return 0;
}

const status = await main();
// Clients that lost their server would keep the process alive.
// The callback of the empty write runs after earlier output.
process.stdout.write('', () => process.exit(status));
