import { describe, expect, it } from 'vitest';
import { resolveTraces } from './config.js';

describe('the sampling ratio for untrusted callers', () => {
  it.each([
    [{}, {}, 1],
    [{ sampleRatio: 0.2 }, { OTEL_TRACES_SAMPLER: 'always_off' }, 0.2],
    [{}, { OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
    [{}, { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' }, 0.05],
    [{}, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'much' }, 1],
    [{}, { OTEL_TRACES_SAMPLER: 'always_on' }, 1],
  ])('comes from the option, then from the environment: %j %j', (options, env, ratio) => {
    expect(resolveTraces({ ...options, trustCallers: false }, env).sampleRatio).toBe(ratio);
  });

  it('is left to the SDK for trusted callers', () => {
    const env = { OTEL_TRACES_SAMPLER: 'always_off' };
    expect(resolveTraces({}, env)).toMatchObject({ sampleRatio: undefined, trustCallers: true });
  });
});
