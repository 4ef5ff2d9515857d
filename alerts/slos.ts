import type { Slo } from './slo/slo.js';

/** The default SLOs of every server. */
export const SLOS: readonly Slo[] = [
  {
    name: 'Availability',
    objective: 0.999,
    indicator: { kind: 'availability' },
    bad: 'ended in a server error',
  },
  {
    name: 'Latency',
    objective: 0.99,
    indicator: { kind: 'latency', seconds: 5, where: { method: 'tools/call' } },
    bad: 'took longer than 5 s',
  },
  {
    name: 'ToolSuccess',
    objective: 0.95,
    indicator: { kind: 'tool-success' },
    bad: 'ended in an error of the tool',
  },
];
