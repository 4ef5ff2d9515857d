import type { Options } from './options.js';

/** An error budget reads 30 days, and Prometheus keeps 15 unless it is told. */
const RETENTION = '35d';

/** The flags that a configuration needs beside its file. */
export function flags({ thanos, agent, exemplars, otlp, ruleFiles, listen }: Options): string[] {
  return [
    ...(agent ? ['--agent'] : []),
    ...(exemplars !== undefined ? ['--enable-feature=exemplar-storage'] : []),
    ...(otlp ? ['--web.enable-otlp-receiver'] : []),
    ...(listen !== undefined ? [`--web.listen-address=${listen}`] : []),
    ...(ruleFiles && !thanos ? [`--storage.tsdb.retention.time=${RETENTION}`] : []),
    // The sidecar uploads blocks of two hours; it must never meet one that was compacted.
    ...(thanos ? ['--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h'] : []),
  ];
}
