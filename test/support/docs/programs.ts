import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../../packages/observability/src/variables.js';
import { all } from '../../manifests/manifests.js';
import { ROOT, read } from './blocks.js';
import { type Read, readFlags } from './flags.js';
import { behindNpx, checkImported, checkNpm, readOurs } from './ours.js';
import type { Call } from './shell.js';

/** Variables of scripts and servers that the pages set. */
const OTHER_VARIABLES = ['BACKUP_DIR', 'DATABASE', 'GRAFANA_TOKEN', 'GRAFANA_URL', 'SCRATCH_DIR'];
const OTEL = new Set(read('docs/reference/variables.md').match(/\bOTEL_[A-Z_]+/g));

/** Servers of the reader, for which the pages have a name. */
const READERS_OWN = ['server.js', 'server.mjs', 'server.ts', './notes-server', 'python3', 'server.py'];

/** @throws Error if a call on a page cannot be right: a program, command, flag, variable or file that does not exist */
export function checkCall(call: Call, folder: string): void {
  for (const name of Object.keys(call.env)) checkVariable(name);
  const { program, args } = call;
  if (readOurs(call)) return;
  if (program === 'npx') {
    const behind = behindNpx(call);
    if (behind) readOurs(behind);
  } else if (program === 'npm') checkNpm(call, folder);
  else if (program === 'node') checkNode(args, folder);
  else if (program.includes('/')) checkFile(program, folder);
  else checkFiles(readFlags(program, args), folder);
}

function checkVariable(name: string): void {
  const isOurs = name.startsWith('PMCP_') && VARIABLES.includes(name.replace('PMCP_', ''));
  if (!isOurs && !OTEL.has(name) && !OTHER_VARIABLES.includes(name))
    throw new Error(`Expected a variable of the toolkit or of an example, got ${name}`);
}

function checkNode(args: readonly string[], folder: string): void {
  const [flag, module = '', ...rest] = args;
  if (flag === '--import') checkImported(module);
  const [file = ''] = flag === '--import' ? rest : args;
  checkFile(file, folder);
}

/** Paths of the repository are from its root, and those of an example from its folder. */
function checkFile(path: string, folder: string): void {
  const isThere = [ROOT, join(ROOT, folder)].some((base) => existsSync(join(base, path)));
  if (!isThere && !READERS_OWN.includes(path)) throw new Error(`Expected ${path} to exist`);
}

/** The files of the repository and the objects that a command names are there. */
function checkFiles({ name, operands, values }: Read, folder: string): void {
  const files = [
    ...['--file', '--kustomize', '-c', '-f'].flatMap((flag) => values[flag] ?? []),
    ...(values['--from-file'] ?? []).map((file) => file.replace(/^[^=]+=/, '')),
    ...operands,
  ];
  // A test runs `promtool` in the folder that the command `assets` writes, which has the files.
  if (name.startsWith('promtool')) return;
  for (const file of files) {
    const path = file.replace('$PWD/', '');
    if (/^(?:\.\/)?(?:charts|examples|prometheus|nginx|haproxy|envoy)\/./.test(path)) checkFile(path, folder);
  }
  const objects = [...(values['--from'] ?? []), ...(name === 'kubectl rollout' ? operands : [])];
  for (const object of objects) checkObject(object);
}

/** `cronjob/postgres-restore` is an object of the examples, and `cronjob/notes-restore` one of a release of the chart. */
function checkObject(text: string): void {
  const [kind, name] = text.split('/');
  if (name === undefined || name.startsWith('$')) return;
  const isThere = all.some((one) => one.kind.toLowerCase() === kind && one.object.metadata?.name === name);
  if (!isThere && !isOfChart(kind, name))
    throw new Error(`Expected ${text} to be in the examples or in the chart`);
}

function isOfChart(kind: string | undefined, name: string): boolean {
  const [, part] = /^notes-(.+)$/.exec(name) ?? [];
  const template = `charts/pmcp-server/templates/${part}.yaml`;
  return existsSync(join(ROOT, template)) && read(template).toLowerCase().includes(`kind: ${kind}\n`);
}
