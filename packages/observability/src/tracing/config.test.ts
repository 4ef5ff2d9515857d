import { describe, expect, it } from 'vitest';
import { resolveTraces } from './config.js';

describe('the ratio of a server whose callers are strangers', () => {
  it.each([
    [{}, {}, 1],
    [{ sampleRatio: 0.2 }, { OTEL_TRACES_SAMPLER: 'always_off' }, 0.2],
    [{}, { OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
    [{}, { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' }, 0.05],
    [{}, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'much' }, 1],
    [{}, { OTEL_TRACES_SAMPLER: 'always_on' }, 1],
  ])('is the option, else that of the environment: %j %j', (options, env, ratio) => {
    expect(resolveTraces({ ...options, trustCallers: false }, env).sampleRatio).toBe(ratio);
  });

  it('is left to the SDK where callers are trusted', () => {
    const env = { OTEL_TRACES_SAMPLER: 'always_off' };
    expect(resolveTraces({}, env)).toMatchObject({ sampleRatio: undefined, trustCallers: true });
  });
});
