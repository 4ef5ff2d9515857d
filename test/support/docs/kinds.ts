import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { alertOutputs, type OutputOptions } from '../../../alerts/files.js';
import { COMMANDS } from '../../../packages/observability/src/cli/commands.js';
import { check } from '../../../prometheus/scrape/check.js';
import type { Options as ScrapeOptions } from '../../../prometheus/scrape/options.js';
import { knownMetrics as realMetrics } from '../../dashboards/known-metrics.js';
import { knownMetrics, metricsOf } from '../../rules/label-flow.js';
import { syntaxErrors } from '../promql-syntax.js';
import { type Block, ROOT, read } from './blocks.js';
import { checkCall } from './programs.js';
import { callsIn, linesOf } from './shell.js';

/** Finds what is wrong with a block. */
type Check = (block: Block) => readonly string[];

/** What reads audit records, and so names their members. */
const AUDIT_READER = read('packages/observability/src/audit/ocsf.ts');
const METRICS = new Set([...knownMetrics, ...realMetrics()]);

function inCommands({ text, folder }: Block): string[] {
  return linesOf(text).flatMap((line) => faultsOf(line, folder));
}

function faultsOf(line: string, folder: string): string[] {
  try {
    for (const call of callsIn(line)) checkCall(call, folder);
    return [];
  } catch (error) {
    return [`${line}: ${(error as Error).message}`];
  }
}

/** Five times and a command, with variables before it that cron itself would not expand. */
function inCrontab({ text, folder }: Block): string[] {
  const [, command = ''] = /^(?:[\d*/,-]+ +){5}(.+)\n$/.exec(text) ?? [];
  return command === '' ? [text] : faultsOf(command, folder);
}

function inQuery({ text }: Block): string[] {
  return [...syntaxErrors(text), ...metricsOf(text).filter((name) => !METRICS.has(name))];
}

/** How a block of JSON is checked, by its first key. */
const JSONS: Readonly<Record<string, (value: never, folder: string) => readonly string[]>> = {
  // Throws for options that are wrong.
  alerts: (options: OutputOptions) => (Object.keys(alertOutputs(options)).length > 5 ? [] : ['no files']),
  externalLabels: (options: ScrapeOptions) => {
    check({ ...options, targets: [{ job: 'pmcp', targets: ['localhost:9090'] }] });
    return [];
  },
  mcpServers: (servers: object, folder) => {
    const [{ command, args, env }] = Object.values(servers);
    const line = args.map((arg: string) => arg.replace('/path/to/', ''));
    checkCall({ program: command, args: line, env }, folder);
    return [];
  },
  seq: (record: object) => Object.keys(record).filter((name) => !AUDIT_READER.includes(` readonly ${name}`)),
  targets: (target: { readonly targets: readonly string[]; readonly labels: object }) =>
    target.targets.every((address) => /^[\w.-]+:\d+$/.test(address)) ? [] : [JSON.stringify(target)],
};

function inJson({ text, folder }: Block): readonly string[] {
  const value = [JSON.parse(text)].flat()[0];
  const [key = ''] = Object.keys(value);
  const inside = key === 'mcpServers' ? value[key] : value;
  return JSONS[key]?.(inside as never, folder) ?? [`${key} is no kind of JSON that is checked`];
}

/** JavaScript is a file of an example, which a test runs, or members of an object. */
function inJavaScript({ page, text }: Block): readonly string[] {
  if (page === 'docs/quick-start.md') {
    const files = ['sdk-v2', 'express-sessions'].map((name) => read(`examples/${name}/server.mjs`));
    return files.includes(text) ? [] : ['is no file of an example'];
  }
  const value = runInNewContext(`({${text}})`, { process: { env: { NAME: 'one' } }, randomUUID: () => 'id' });
  if (page === 'docs/admin-port.md') check({ ...value });
  else if (value.sessionIdGenerator() !== 'one.id') return ['makes no id with the name'];
  return [];
}

/** How text that is no code is checked, by its page. */
const TEXTS: Readonly<Record<string, Check>> = {
  'docs/architecture.md': ({ text }) =>
    [...text.matchAll(/\b([a-z]+)\/(?=[\s:])/g)]
      .map(([, name = '']) => name)
      .filter((name) => !isFolder(`packages/observability/src/${name}`)),
  'docs/profiling.md': ({ text }) => {
    const [said = ''] = /^the event loop was blocked for /.exec(text) ?? [];
    return said !== '' && read('packages/observability/src/profiling/capture.ts').includes(said)
      ? []
      : [text];
  },
  'docs/reference/cli.md': ({ text }) =>
    COMMANDS.some(({ name }) => text.startsWith(`pmcp-observability ${name} [flags]`)) ? [] : [text],
  'docs/traces.md': ({ text }) => {
    const line = text.slice(text.indexOf('{"level"')).replaceAll(/\n +/g, '');
    const fields = Object.keys(JSON.parse(line)).length > 10 ? [] : ['the line has few fields'];
    const names = [...text.matchAll(/\b(pmcp_\w+)\{/g)].map(([, name = '']) => name);
    return [...fields, ...names.filter((name) => !METRICS.has(name))];
  },
};

/** How each kind of block is checked. A block of another kind is a fault. */
export const KINDS: Readonly<Record<string, Check>> = {
  crontab: inCrontab,
  js: inJavaScript,
  json: inJson,
  promql: inQuery,
  sh: inCommands,
  text: (block) => TEXTS[block.page]?.(block) ?? ['this page has no text that is checked'],
  // Compiled and run by docs.test.ts.
  ts: () => [],
  // Written by the generator from the declarations, which a test compares.
  typescript: ({ page }) => (page === 'docs/reference/api.md' ? [] : ['is compiled only in blocks of `ts`']),
  // Read by test/manifests/docs.test.ts, as its reader would.
  yaml: () => [],
};

function isFolder(path: string): boolean {
  try {
    readFileSync(join(ROOT, path));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
