import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../prometheus/scrape/checks.js';
import { FOLDER } from './compose.js';

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, '../..', ...path), 'utf8');

/** The lookback of rules: ranges, and ranges of subqueries, which may end before now. */
const lookBacks = ['recording-rules.yaml', 'alert-rules.yaml'].flatMap((file) =>
  [...read('alerts/generated', file).matchAll(/\[(\d[\dsmhdwy]*)(?::\w*)?\](?: offset (\w+))?/g)].map(
    ([, window = '', offset = '0s']) => milliseconds(window) + milliseconds(offset),
  ),
);
const longest = Math.max(...lookBacks);

function retentionIn(text: string): number {
  const [, retention = ''] = /--storage\.tsdb\.retention\.time=(\w+)/.exec(text) ?? [];
  return milliseconds(retention);
}

describe('samples are kept for longer than any shipped rule looks back', () => {
  const generated = readdirSync(join(import.meta.dirname, '../../prometheus/generated'))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => [file, read('prometheus/generated', file)] as const)
    .filter(([, text]) => /^rule_files:/m.test(text));

  it('by error budgets of 30 days', () => {
    expect(longest).toBe(milliseconds('30d'));
    expect(generated.length).toBeGreaterThan(2);
  });

  it.each(generated)('by the flags of %s', (_file, text) => {
    expect(retentionIn(text)).toBeGreaterThan(longest);
  });

  it('in the Compose file', () => {
    expect(retentionIn(readFileSync(join(FOLDER, 'compose.yaml'), 'utf8'))).toBeGreaterThan(longest);
  });
});
