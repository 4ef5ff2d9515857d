// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how dashboards write variables
import { describe, expect, it } from 'vitest';
import { interpolate, type Value } from './interpolate.js';

const VALUES: Readonly<Record<string, Value | string>> = {
  job: { values: ['a.b'], pattern: true },
  jobs: { values: ['a.b', 'c"d'], pattern: true },
  all: { values: ['x', 'y'], all: '.+', pattern: true },
  search: { values: ['say "hi"\\'] },
  __range: '3600s',
};
const fill = (text: string, format?: string) =>
  interpolate(text, (name) => (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined), format);

describe('variables in a query', () => {
  it.each([
    ['{job=~"$job"}', '{job=~"a\\\\.b"}'],
    ['{job=~"${jobs}"}', '{job=~"(a\\\\.b|c\\"d)"}'],
    ['{job=~"$all"}', '{job=~".+"}'],
    ['{x="$search"}', '{x="say \\"hi\\"\\\\"}'],
    ['rate(a[$__range])', 'rate(a[3600s])'],
    ['$unknown ${unknown} $1', '$unknown ${unknown} $1'],
  ])('%s becomes %s', (text, filled) => {
    expect(fill(text, 'promql')).toBe(filled);
  });
});

describe('variables elsewhere', () => {
  it.each([
    ['${jobs:csv}', 'a.b,c"d'],
    ['${jobs:pipe}', 'a.b|c"d'],
    ['${jobs:queryparam}', 'var-jobs=a.b&var-jobs=c%22d'],
    ['${all:queryparam}', 'var-all=%24__all'],
    ['${job:raw}', 'a.b'],
    ['Chosen: $jobs', 'Chosen: a.b + c"d'],
    ['Chosen: $all', 'Chosen: All'],
  ])('%s becomes %s', (text, filled) => {
    expect(fill(text)).toBe(filled);
  });
});
