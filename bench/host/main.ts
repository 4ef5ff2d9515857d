/**
 * Measures which settings of a machine matter for MCP servers: `npm run bench:host -- backlog ports`. Needs Linux
 * and root, for it changes settings of the kernel, in a network namespace of its own: the machine stays as it is.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { backlog } from './measures/backlog.js';
import { others } from './measures/calls.js';
import { descriptors } from './measures/descriptors.js';
import { heap } from './measures/heap.js';
import { keepAlive } from './measures/keep-alive.js';
import { many } from './measures/many.js';
import { ports, timeWait } from './measures/ports.js';
import { subscriptions } from './measures/subscriptions.js';

const MEASURES: Readonly<Record<string, () => Promise<string>>> = {
  descriptors,
  subscriptions,
  backlog,
  ports,
  'time-wait': timeWait,
  'keep-alive': keepAlive,
  heap,
  others,
  many,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in MEASURES));
if (unknown.length > 0)
  throw new TypeError(`Expected names of ${Object.keys(MEASURES).join(', ')}, got ${unknown}`);

if (process.env.PMCP_BENCH_NAMESPACE) {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const name of asked.length > 0 ? asked : Object.keys(MEASURES))
    process.stdout.write(`## ${name}\n\n${await MEASURES[name]!()}\n`);
  process.exit();
}
const { status } = spawnSync(
  'unshare',
  ['--net', process.execPath, ...process.execArgv, ...process.argv.slice(1)],
  {
    stdio: 'inherit',
    env: { ...process.env, PMCP_BENCH_NAMESPACE: '1' },
  },
);
process.exit(status ?? 1);
