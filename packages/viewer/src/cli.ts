#!/usr/bin/env node
import { type Arguments, HELP, readArguments } from './arguments.js';
import { serveViewer } from './serve.js';
import { shipped } from './shipped.js';

const BAD_ARGUMENTS = 2;

function parse(): Arguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

async function main(): Promise<void> {
  const args = parse();
  if (!args) {
    process.exitCode = BAD_ARGUMENTS;
    return;
  }
  if (args.help) {
    process.stdout.write(HELP);
    return;
  }
  const { help: _, ...options } = args;
  const viewer = await serveViewer({ ...options, ...shipped() });
  process.stdout.write(`${viewer.url}\n`);
  if (args.host !== '127.0.0.1' && args.host !== 'localhost' && args.host !== '::1') {
    process.stderr.write(`Whoever reaches ${args.host} can read all that Prometheus has.\n`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void viewer.close());
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
