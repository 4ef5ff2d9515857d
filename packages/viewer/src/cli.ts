#!/usr/bin/env node
import { type Arguments, HELP, readArguments } from './arguments.js';
import { codeOf, say } from './say.js';
import { serveViewer } from './serve.js';
import { shipped } from './shipped.js';

const BAD_ARGUMENTS = 2;

function parse(): Arguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    say(codeOf(error as Error, 'PMCP_E_BAD_VALUE'), (error as Error).message);
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
  const { help: _, dashboards = shipped().dashboards, ...options } = args;
  const viewer = await serveViewer({ ...options, ...shipped(), dashboards });
  process.stdout.write(`${viewer.url}\n`);
  if (args.host !== '127.0.0.1' && args.host !== 'localhost' && args.host !== '::1') {
    say('PMCP_W_VIEWER_EXPOSED', `Whoever reaches ${args.host} can read all that Prometheus has.`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void viewer.close());
}

main().catch((error: Error) => {
  say(codeOf(error, 'PMCP_E_UNEXPECTED'), error.message);
  process.exitCode = 1;
});
