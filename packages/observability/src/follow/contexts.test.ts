import { createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { withScope } from './contexts.js';
import { RequestScope } from './scope.js';

const OWN = createContextKey('own');
const scope = new RequestScope('tools/call', 'echo', performance.now());
const spanOf = (digit: string) =>
  trace.wrapSpanContext({ traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 });
const [outer, span, inner] = [spanOf('1'), spanOf('2'), spanOf('3')];
const parent = trace.setSpan(ROOT_CONTEXT.setValue(OWN, 'of parent'), outer);
describe('the context of a request', () => {
  it('has its span, and all that its parent has', () => {
    const context = withScope(parent, scope, span);
    expect(trace.getSpan(context)).toBe(span);
    expect(context.getValue(OWN)).toBe('of parent');
    expect(trace.getSpan(parent)).toBe(outer);
  });

  it('has the span of its parent if it has none', () => {
    expect(trace.getSpan(withScope(parent, scope))).toBe(outer);
    expect(trace.getSpan(withScope(ROOT_CONTEXT, scope))).toBeUndefined();
  });

  it('is never changed by what is made of it, and passes on all that it has', () => {
    const context = withScope(parent, scope, span);
    const changed = trace.setSpan(context.setValue(OWN, 'other'), inner);
    expect([trace.getSpan(changed), changed.getValue(OWN)]).toEqual([inner, 'other']);
    expect([trace.getSpan(context), context.getValue(OWN)]).toEqual([span, 'of parent']);
    const without = trace.deleteSpan(context.deleteValue(OWN));
    expect([trace.getSpan(without), without.getValue(OWN)]).toEqual([undefined, undefined]);
    const baggage = propagation.createBaggage({ tenant: { value: 'blue' } });
    const carrying = propagation.setBaggage(context, baggage);
    expect(propagation.getBaggage(carrying)).toBe(baggage);
    expect([trace.getSpan(carrying), carrying.getValue(OWN)]).toEqual([span, 'of parent']);
  });
});
