/** `npm start`: a real server under load, watched by a real Prometheus, shown in the terminal. */
import { HELP, readArguments } from './arguments.js';
import { Run } from './run.js';

try {
  const { help, durationMs } = readArguments(process.argv.slice(2));
  if (help) process.stdout.write(HELP);
  else process.exitCode = await new Run(durationMs).execute();
} catch (error) {
  // A bad argument; whatever goes wrong later is told where it happens.
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
