import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docComment } from './doc-comment.js';
import { ENTRIES, exportsOf } from './exports.js';
import { LIBRARY, options } from './options.js';
import { OTEL_VARIABLES } from './otel-variables.js';

const entries = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];
const exported = entries.flatMap((entry) => exportsOf(entry).map((one) => ({ entry, ...one })));

describe('the exports of a package', () => {
  it('are found, also below a namespace', () => {
    expect(exported.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['observe', 'checks.disk', 'catalog', 'serveViewer']),
    );
  });

  it.each(exported)(
    'have an example and a sentence that editors show: $name',
    ({ declared: { doc }, entry }) => {
      expect(doc.text).toMatch(/\.$/);
      expect(doc.examples).not.toEqual([]);
      for (const example of doc.examples) expect(example).toContain(`'${entry}'`);
    },
  );
});

describe('the options of the reference', () => {
  it('are those of the types, with the words of lists and inherited members', () => {
    const byPath = Object.fromEntries(options().map((option) => [option.path, option]));
    expect(byPath['traces.mode']?.type).toBe("'full' | 'propagation-only' | 'off'");
    expect(byPath['metrics.histograms']?.variables).toEqual(['PMCP_METRICS_HISTOGRAMS']);
    expect(byPath['metrics.tls.certFile']?.type).toBe('string');
    expect(byPath['audit.maxBytes']?.fallback).toBe('100000000.');
  });
});

describe('the variables of OpenTelemetry in the reference', () => {
  it('are those in the sources', () => {
    const packages = join(LIBRARY, '../..');
    const files = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^(observability|otlp)\/src\/.*(?<!\.test)\.ts$/.test(file),
    );
    const text = files.map((file) => readFileSync(join(packages, file), 'utf8')).join('\n');
    const named = new Set(text.match(/(?<=['`.]|\b)OTEL_[A-Z_]+[A-Z]\b/g));
    // Only the beginning of names that end with the signal.
    named.delete('OTEL_EXPORTER_OTLP');
    expect([...named].sort()).toEqual(Object.keys(OTEL_VARIABLES).sort());
  });
});

describe('a documentation comment', () => {
  it('is parsed into its parts', () => {
    const comment = `*
 * What it does. Over
 * two lines. Default: \`A\`, else none.
 *
 * @param name of whom
 * @returns the same
 * @throws TypeError when bad
 * @example
 * \`\`\`ts
 * const one = 1;
 *
 * const two = 2;
 * \`\`\`
 `;
    expect(docComment(comment)).toEqual({
      text: 'What it does. Over two lines.',
      fallback: '`A`, else none.',
      throws: 'TypeError when bad',
      returns: 'the same',
      params: [{ name: 'name', text: 'of whom' }],
      examples: ['const one = 1;\n\nconst two = 2;'],
    });
  });
});
