/** Fetches every tool that the tests and `npm start` may need, and shows where they are. */
import { requireTool } from './index.js';
import type { Tool } from './inspect.js';
import type { ToolName } from './programs.js';
import type { Need } from './request.js';

const WANTED: readonly (readonly [ToolName, Need?])[] = [
  ['prometheus'],
  ['prometheus', { kubernetesSd: true }],
  ['promtool', { kubernetesSd: true }],
  ['alertmanager'],
  ['amtool'],
  ['pushgateway'],
  ['redis-server'],
  ['postgres'],
  ['redis_exporter'],
  ['postgres_exporter'],
  ['node_exporter'],
  ['blackbox_exporter'],
  ['chromium'],
];

const rows = new Map<string, readonly string[]>();
for (const [name, need] of WANTED) {
  try {
    const { path, version }: Tool = await requireTool(name, need);
    rows.set(path, [name, version, path]);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

const table = [['name', 'version', 'path'], ...rows.values()];
for (const [name = '', version = '', path = ''] of table) {
  process.stdout.write(`${name.padEnd(19)}${version.padEnd(10)}${path}\n`);
}
