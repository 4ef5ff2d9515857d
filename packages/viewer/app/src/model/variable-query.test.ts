import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyRegex, parseVariableQuery, sorted } from './variable-query.js';

describe('the query of a variable', () => {
  it.each([
    ['label_values(job)', { kind: 'label_values', selector: undefined, label: 'job' }],
    ['label_values(up{a=~"x,y"}, job)', { kind: 'label_values', selector: 'up{a=~"x,y"}', label: 'job' }],
    ['query_result(count by (job) (up))', { kind: 'query_result', query: 'count by (job) (up)' }],
    ['metrics(up)', { kind: 'unknown', text: 'metrics(up)' }],
  ])('%s is parsed', (text, query) => {
    expect(parseVariableQuery(text)).toEqual(query);
  });

  it('is parsed for every Prometheus variable of our dashboards', () => {
    const folder = 'dashboards/generated';
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const texts = files.flatMap((name) => {
      const { templating } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
      return templating.list
        .filter(
          (one: { type: string; datasource?: { type: string } }) =>
            one.type === 'query' && one.datasource?.type === 'prometheus',
        )
        .map((one: { query: { query: string } }) => one.query.query);
    });
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) expect(parseVariableQuery(text).kind, text).not.toBe('unknown');
  });
});

describe('the values of a variable', () => {
  it('are the matches of its regular expression, each once', () => {
    expect(applyRegex(['a-1', 'a-2', 'b'], '/^(\\w)-/')).toEqual(['a']);
    expect(applyRegex(['a-1'], '/(?<value>\\d)/')).toEqual(['1']);
    expect(applyRegex(['b', 'a'], undefined)).toEqual(['b', 'a']);
  });

  it('are in natural order', () => {
    expect(sorted(['pod-10', 'pod-2', 'Pod-1'])).toEqual(['Pod-1', 'pod-2', 'pod-10']);
  });
});
