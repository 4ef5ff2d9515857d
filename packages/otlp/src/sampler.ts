import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

/** Which traces are kept. */
export interface Sampling {
  /** Of the traces that begin here; undefined for what `OTEL_TRACES_SAMPLER` says. */
  readonly ratio: number | undefined;
  /** Whether a caller's own decision holds for its trace. */
  readonly trustsCallers: boolean;
}

/** Undefined for the one that the SDK has by default. */
export function samplerOf({ ratio, trustsCallers }: Sampling): Sampler | undefined {
  if (!trustsCallers) return ofStrangers(ratio ?? 1);
  return ratio === undefined
    ? undefined
    : new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}

/**
 * Decides for each request by itself, for who sends it chooses the flag, and the trace's id too: one by which a ratio is
 * always met. Spans within a request are kept with it.
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
