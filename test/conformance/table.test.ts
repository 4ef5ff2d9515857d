import { expect, test } from 'vitest';
import { table } from './table.js';

test('columns are as wide as their widest cell, and numbers are aligned to the right', () => {
  const rows = [
    ['server', 'wiring', 'passed'],
    ['v1', 'observe(server)', 84],
  ];
  expect(table(rows)).toBe('server  wiring           passed\nv1      observe(server)      84\n');
});
