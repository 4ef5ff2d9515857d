import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { type Sampling, samplerOf } from './sampler.js';

/** A trace id that every ratio keeps. */
const CHOSEN = '0'.repeat(31).concat('1');

/** Returns how many of a thousand requests are kept whose callers ask to keep all, or none. */
function kept(sampling: Sampling, { sampled, isRemote }: { sampled: boolean; isRemote: boolean }): number {
  const parent = { traceId: CHOSEN, spanId: '1'.repeat(16), traceFlags: sampled ? 1 : 0, isRemote };
  const context = trace.setSpanContext(ROOT_CONTEXT, parent);
  const sampler = samplerOf(sampling);
  const decisions = Array.from(
    { length: 1_000 },
    () => sampler?.shouldSample(context, CHOSEN, 'a', SpanKind.SERVER, {}, []).decision,
  );
  return decisions.filter((decision) => decision === SamplingDecision.RECORD_AND_SAMPLED).length;
}

describe("a caller's sampled flag", () => {
  it.each([
    [true, 1_000],
    [false, 0],
  ])('decides by default: %s', (sampled, count) => {
    expect(kept({ ratio: 0.1, trustsCallers: true }, { sampled, isRemote: true })).toBe(count);
  });

  it.each([true, false])('decides nothing for untrusted callers, nor does their trace id: %s', (sampled) => {
    const count = kept({ ratio: 0.1, trustsCallers: false }, { sampled, isRemote: true });
    // Twelve standard deviations on both sides.
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(220);
    expect(kept({ ratio: 0, trustsCallers: false }, { sampled, isRemote: true })).toBe(0);
    expect(kept({ ratio: undefined, trustsCallers: false }, { sampled, isRemote: true })).toBe(1_000);
  });

  it.each([
    [true, 1_000],
    [false, 0],
  ])('of our own span also decides for its child spans: %s', (sampled, count) => {
    expect(kept({ ratio: 0.1, trustsCallers: false }, { sampled, isRemote: false })).toBe(count);
  });
});
