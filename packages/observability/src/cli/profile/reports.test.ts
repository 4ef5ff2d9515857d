import { describe, expect, it } from 'vitest';
import { cpuReport } from './cpu-report.js';
import { heapReport } from './heap-report.js';

const frame = (functionName: string, scriptId = '1') => ({
  functionName,
  scriptId,
  url: scriptId === 'mcp' ? '' : 'file:///app.js',
  lineNumber: 0,
  columnNumber: 0,
});

/** Returns the lines below a heading, up to the next empty line. */
function section(lines: readonly string[], heading: string): string[] {
  const rest = lines.slice(lines.indexOf(heading) + 1);
  return rest.slice(0, [...rest, ''].indexOf(''));
}

describe('the report of a CPU profile', () => {
  // A tool calls `outer`, which calls itself and then `inner`; the rest of the time the process is idle.
  const nodes = [
    { id: 1, callFrame: { ...frame('(root)'), url: '' }, children: [2, 6] },
    { id: 2, callFrame: frame('tools/call save', 'mcp'), children: [3] },
    { id: 3, callFrame: frame('outer'), children: [4] },
    { id: 4, callFrame: frame('outer'), children: [5] },
    { id: 5, callFrame: frame('inner') },
    { id: 6, callFrame: { ...frame('(idle)'), url: '' } },
  ];
  const lines = cpuReport(
    { nodes, startTime: 0, endTime: 10e6, samples: [3, 4, 5, 6], timeDeltas: [1e6, 2e6, 5e6, 2e6] },
    10,
  );

  it('shows the time of each function itself', () => {
    expect(section(lines, 'in which function')).toEqual([
      '  62.5 %     5.00 s  inner  /app.js:1',
      '  37.5 %     3.00 s  outer  /app.js:1',
    ]);
  });

  it('shows the time of each function with its callees, once for a recursive one', () => {
    expect(section(lines, 'in which function, with what it called')).toEqual([
      ' 100.0 %     8.00 s  outer  /app.js:1',
      '  62.5 %     5.00 s  inner  /app.js:1',
    ]);
    expect(section(lines, 'for which request')).toEqual([' 100.0 %     8.00 s  tools/call save']);
  });
});

it('the report of a heap profile shows the same for memory', () => {
  const node = (name: string, selfSize: number, children: object[] = []) =>
    ({ callFrame: frame(name), selfSize, id: 0, children }) as never;
  const head = node('(root)', 0, [node('outer', 1e6, [node('outer', 0, [node('inner', 3e6)])])]);
  const lines = heapReport({ head }, 10);
  expect(section(lines, 'by which function')[0]).toContain('75.0 %    3.00 MB  inner');
  expect(section(lines, 'by which function, with what it called')).toEqual([
    ' 100.0 %    4.00 MB  outer  /app.js:1',
    '  75.0 %    3.00 MB  inner  /app.js:1',
  ]);
});
