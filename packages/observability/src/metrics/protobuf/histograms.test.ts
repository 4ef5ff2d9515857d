import { beforeEach, describe, expect, it } from 'vitest';
import { Exposed } from '../../../../../test/support/exposed.js';
import { nativeBuckets } from '../../../../../test/support/prometheus-proto.js';

let exposed: Exposed;
beforeEach(() => {
  exposed = new Exposed();
});

describe('a histogram in protobuf', () => {
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  const observe = () => {
    const { requestDuration } = exposed.families;
    const slot = requestDuration.slot('tools/call', 'echo');
    for (const value of [0, 0.0003, 0.1, 0.1, 0.11, 3]) requestDuration.observe(slot, value);
    requestDuration.observe(slot, 1000, ids);
  };

  it('has classic and native buckets with the same counts', async () => {
    observe();
    const { histogram } = await exposed.first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 7, schema: 3, zeroCount: 1, zeroThreshold: 2 ** -128 });
    const counts = nativeBuckets(histogram!);
    expect([...counts.values()]).toEqual([1, 2, 1, 1, 1]);
    const bounds = [...counts.keys()];
    for (const [i, value] of [0.0003, 0.1, 0.11, 3, 1000].entries()) {
      expect(bounds[i]).toBeGreaterThanOrEqual(value);
      expect(bounds[i]! / 2 ** (1 / 8)).toBeLessThan(value);
    }
    expect(histogram?.bucket?.at(-2)).toMatchObject({ cumulativeCount: 6, upperBound: 300 });
  });

  it('has the last traced observation of each bucket', async () => {
    observe();
    const { histogram } = await exposed.first('pmcp_request_duration_seconds');
    const exemplar = {
      label: [
        { name: 'trace_id', value: ids.traceId },
        { name: 'span_id', value: ids.spanId },
      ],
      value: 1000,
    };
    expect(histogram?.bucket?.at(-1)).toMatchObject({ upperBound: Number.POSITIVE_INFINITY, exemplar });
    expect(histogram?.exemplars).toBeUndefined();
    exposed = new Exposed('native');
    observe();
    expect((await exposed.first('pmcp_request_duration_seconds')).histogram?.exemplars).toMatchObject([
      exemplar,
    ]);
  });

  it('has only the requested form', async () => {
    exposed = new Exposed('classic');
    observe();
    const classic = (await exposed.first('pmcp_request_duration_seconds')).histogram;
    expect(classic?.bucket).toBeDefined();
    expect([classic?.schema, classic?.positiveSpan]).toEqual([undefined, undefined]);
    exposed = new Exposed('native');
    observe();
    const native = (await exposed.first('pmcp_request_duration_seconds')).histogram;
    expect(native?.bucket).toBeUndefined();
    expect(native?.schema).toBe(3);
    expect((await exposed.bytes('text')).toString()).toContain('le="0.001"');
  });

  it('is marked as native before its first observation', async () => {
    exposed.families.requestDuration.slot('ping', '');
    const { histogram } = await exposed.first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 0, schema: 3, zeroThreshold: 2 ** -128 });
  });

  it('has no native buckets if these do not contain all observations', async () => {
    exposed = new Exposed('native');
    observe();
    const numbers = exposed.families.requestDuration.numbers();
    exposed.families.requestDuration.addNumbers(0, numbers, 0);
    const { histogram } = await exposed.first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 14 });
    expect(histogram?.schema).toBeUndefined();
    expect(histogram?.bucket).toHaveLength(18);
  });
});
