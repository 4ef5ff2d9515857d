import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ruleFile } from '../../alerts/output/rules.js';
import type { RuleGroup } from '../../alerts/rule.js';
import { requireTool } from '../../scripts/tools/index.js';
import { FEWER_COLLECTIONS, promtool as promtoolOf } from '../support/promtool.js';

/** Runs promtool, and returns its output. Throws the output if promtool fails. */
export async function promtool(...args: string[]): Promise<string> {
  const { path } = await requireTool('promtool');
  return promisify(execFile)(path, args, { env: { ...process.env, ...FEWER_COLLECTIONS } }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`promtool ${args.slice(0, 2).join(' ')} failed:\n${stdout}${stderr}`);
    },
  );
}

/** Writes files to a temporary folder, and removes them after use. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs `promtool test rules`, which evaluates every group at this interval, and throws its findings. */
export async function testRules(
  groups: readonly RuleGroup[],
  tests: readonly object[],
  interval = '1m',
): Promise<void> {
  await withFiles(suite(groups, tests, interval), (folder) =>
    promtool('test', 'rules', join(folder, 'tests.yaml')),
  );
}

/** Does the same with Prometheus 3, which supports native histograms in its notation. */
export async function testRulesOf3(groups: readonly RuleGroup[], tests: readonly object[]): Promise<void> {
  await withFiles(suite(groups, tests), (folder) =>
    promtoolOf('3', 'test', 'rules', join(folder, 'tests.yaml')),
  );
}

function suite(
  groups: readonly RuleGroup[],
  tests: readonly object[],
  interval = '1m',
): Record<string, string> {
  const suite = {
    rule_files: ['rules.yaml'],
    evaluation_interval: interval,
    group_eval_order: groups.map(({ name }) => name),
    tests: tests.map((test) => ({ interval: '1m', ...test })),
  };
  // JSON is YAML, and is written much faster.
  return { 'rules.yaml': ruleFile(groups), 'tests.yaml': JSON.stringify(suite) };
}
