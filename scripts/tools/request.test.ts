import { describe, expect, it } from 'vitest';
import { describeRequest, toRequest } from './request.js';

describe('a request', () => {
  it('never goes below the required version', () => {
    expect(toRequest('promtool', { minVersion: '2.0' }).minVersion).toBe('2.42');
    expect(toRequest('promtool', { minVersion: '2.49' }).minVersion).toBe('2.49');
  });

  it('restricts only the generation of Prometheus', () => {
    expect(toRequest('promtool', {}, '3').generation).toBe(3);
    expect(toRequest('amtool', {}, '3').generation).toBeUndefined();
  });

  it('treats an empty restriction as none', () => {
    expect(toRequest('prometheus', {}, '').generation).toBeUndefined();
  });

  it.each(['4', '2.x', 'latest', ' 3'])('rejects the generation %j', (generation) => {
    expect(() => toRequest('amtool', {}, generation)).toThrow(
      new TypeError(`Expected PMCP_TOOLS_PROMETHEUS to be 2 or 3, got ${JSON.stringify(generation)}`),
    );
  });

  it('is described in plain words', () => {
    expect(describeRequest(toRequest('prometheus', { kubernetesSd: true }, '3'))).toBe(
      'prometheus 3.x, 2.42 or newer with kubernetes_sd',
    );
    expect(describeRequest(toRequest('amtool'))).toBe('amtool, 0.25 or newer');
  });
});
