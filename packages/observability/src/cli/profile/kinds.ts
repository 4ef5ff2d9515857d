import { cpuReport } from './cpu-report.js';
import { heapReport } from './heap-report.js';
import { traceReport } from './trace-report.js';

interface Kind {
  readonly path: string;
  readonly format: string;
  /** The extension of its file. */
  readonly ending: string;
  readonly report: (parsed: never, top: number) => string[];
}

/** The values of `--kind`. The formats need no library. */
export const KINDS: Readonly<Record<string, Kind>> = {
  cpu: { path: 'profile', format: 'cpuprofile', ending: 'cpuprofile', report: cpuReport },
  heap: { path: 'heap', format: 'heapprofile', ending: 'heapprofile', report: heapReport },
  trace: { path: 'trace', format: 'json', ending: 'trace.json', report: traceReport },
  heapsnapshot: {
    path: 'heapsnapshot',
    format: 'heapsnapshot',
    ending: 'heapsnapshot',
    report: () => ['every text in memory is in it: treat the file as a password'],
  },
};
