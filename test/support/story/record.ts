import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { isAlert, type RecordingRule, type Rule, type RuleGroup } from '../../../alerts/rule.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { run } from '../../../scripts/tools/run.js';
import { FEWER_COLLECTIONS } from '../promtool.js';
import { END } from './chapters.js';
import { history } from './history.js';
import { writeStory, written } from './story.js';

const DAY = 86_400;
const MONTH = '768h';
const RULES = 'rules.yaml';

/**
 * Fills the folder `data` with blocks for Prometheus: the scraped series, and what rules record from them.
 *
 * @param during runs a Prometheus on the existing blocks
 */
export async function recordStory(
  folder: string,
  during: (use: (url: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  const { path } = await requireTool('promtool');
  // The second of a minute in which rules run depends on the path of their file.
  // So the path must always be the same.
  const create = (...args: string[]) =>
    run(path, ['tsdb', 'create-blocks-from', ...args], { cwd: folder, env: FEWER_COLLECTIONS });
  const [story, month] = [join(folder, 'story.txt'), join(folder, 'month.txt')];
  writeStory(story);
  written(month, history);
  await create('openmetrics', story, data);
  await create('--max-block-duration', MONTH, 'openmetrics', month, data);
  for (const groups of inOrder(ruleGroups())) {
    await writeFile(join(folder, RULES), ruleFile(groups));
    const when = [`--start=${END - DAY}`, `--end=${END}`, `--output-dir=${data}`];
    await during(async (url) => void (await create('rules', `--url=${url}`, ...when, RULES)));
  }
}

/**
 * Sorts recording rules into rounds.
 * Rules that other rules read come first, since promtool only reads existing blocks.
 */
function inOrder(groups: readonly RuleGroup[]): RuleGroup[][] {
  const all = groups.map((group) => ({ ...group, rules: group.rules.filter(isRecording) }));
  const rounds: RuleGroup[][] = [];
  const left = new Set(all.flatMap(({ rules }) => rules.map(({ record }) => record)));
  while (left.size > 0) {
    const waiting = new Set(
      all
        .flatMap(({ rules }) => rules.filter(({ record, expr }) => reads(expr, left, record)))
        .map(({ record }) => record),
    );
    const next = [...left].filter((record) => !waiting.has(record));
    if (next.length === 0)
      throw new Error(`Expected rules that can be put in order, got ${[...left].join(', ')}`);
    rounds.push(
      all
        .map((group) => ({ ...group, rules: group.rules.filter(({ record }) => next.includes(record)) }))
        .filter(({ rules }) => rules.length > 0),
    );
    for (const record of next) left.delete(record);
  }
  return rounds;
}

function reads(expr: string, names: ReadonlySet<string>, own: string): boolean {
  return [...expr.matchAll(/[a-z]+:[\w:]+/g)].some(([name]) => name !== own && names.has(name));
}

function isRecording(rule: Rule): rule is RecordingRule {
  return !isAlert(rule);
}
