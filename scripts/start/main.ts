/** `npm start`: a real server under load, watched by a real Prometheus, shown in the terminal. */
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
// Clients whose server is gone would keep the process; the empty write lets what was written leave first.
process.stdout.write('', () => process.exit(status));
