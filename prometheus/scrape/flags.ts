import type { Options } from './options.js';

/** The flags that a configuration needs beside its file. */
export function flags({ thanos, agent, exemplars, otlp }: Options): string[] {
  return [
    ...(agent ? ['--agent'] : []),
    ...(exemplars !== undefined ? ['--enable-feature=exemplar-storage'] : []),
    ...(otlp ? ['--web.enable-otlp-receiver'] : []),
    // The sidecar uploads blocks of two hours; it must never meet one that was compacted.
    ...(thanos ? ['--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h'] : []),
  ];
}
