import { describe, expect, it } from 'vitest';
import { inLines } from './lines.js';

const upTo = (letters: number) => (line: string) => line.length <= letters;

describe('a name beside a lane', () => {
  it.each([
    ['disk', 4, 20, ['disk']],
    ['PmcpToolSlow notes', 2, 12, ['PmcpToolSlow', 'notes']],
    [
      'PmcpPostgresConnectionsNearLimit postgres',
      3,
      20,
      ['PmcpPostgres', 'ConnectionsNearLimit', 'postgres'],
    ],
    ['10.1.0.13:9464', 2, 10, ['10.1.0.13:', '9464']],
    ['export_notebook_as_archive', 2, 16, ['export_notebook_', 'as_archive']],
  ])('%s is wrapped where it may be broken', (name, most, width, lines) => {
    expect(inLines(name, most, upTo(width))).toEqual(lines);
  });

  it('is truncated only without enough lines', () => {
    expect(inLines('PmcpPostgresConnectionsNearLimit postgres', 2, upTo(20))).toEqual([
      'PmcpPostgres',
      'ConnectionsNearLimi…',
    ]);
    expect(inLines('indivisible', 3, upTo(5))).toEqual(['indi…']);
  });

  it('keeps every letter that it has room for', () => {
    for (const name of ['', 'a', 'ABC', 'a b  c', 'x'.repeat(40), '__proto__']) {
      expect(inLines(name, 50, () => true)).toEqual([name.trimEnd()]);
      expect(inLines(name, 1, upTo(3)).every((line) => line.length <= 3)).toBe(true);
    }
  });
});
