import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

/** Which traces are kept. */
export interface Sampling {
  /** The share of traces that begin here; undefined to use `OTEL_TRACES_SAMPLER`. */
  readonly ratio: number | undefined;
  /** Whether the caller's decision is used for its traces. */
  readonly trustsCallers: boolean;
}

/** Returns undefined for the default sampler of the SDK. */
export function samplerOf({ ratio, trustsCallers }: Sampling): Sampler | undefined {
  if (!trustsCallers) return ofStrangers(ratio ?? 1);
  return ratio === undefined
    ? undefined
    : new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}

/**
 * Decides at random for each request, whatever its sender decided. The sender also chooses the trace id, and
 * could choose one that a sampler by ratio always keeps. Spans within a request are kept with it.
 */
function ofStrangers(ratio: number): Sampler {
  const root: Sampler = {
    shouldSample: () => ({
      decision: Math.random() < ratio ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `Random{${ratio}}`,
  };
  return new ParentBasedSampler({ root, remoteParentSampled: root, remoteParentNotSampled: root });
}
