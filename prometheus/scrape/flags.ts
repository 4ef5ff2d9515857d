import type { Options } from './options.js';

/** An error budget reads 30 days, and Prometheus keeps 15 days by default. */
const RETENTION = '35d';

/** Returns the command-line flags that a configuration needs. */
export function flags({ thanos, agent, exemplars, omitZeros, otlp, ruleFiles, listen }: Options): string[] {
  return [
    ...(agent ? ['--agent'] : []),
    ...(exemplars !== undefined ? ['--enable-feature=exemplar-storage'] : []),
    ...(omitZeros ? ['--enable-feature=created-timestamp-zero-ingestion'] : []),
    ...(otlp ? ['--web.enable-otlp-receiver'] : []),
    ...(listen !== undefined ? [`--web.listen-address=${listen}`] : []),
    ...(ruleFiles && !thanos ? [`--storage.tsdb.retention.time=${RETENTION}`] : []),
    // The sidecar uploads blocks of two hours, and Prometheus must not compact them before.
    ...(thanos ? ['--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h'] : []),
  ];
}
