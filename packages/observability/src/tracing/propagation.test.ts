import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSdk } from '../otlp/sdk.js';
import { carrying, parentOf } from './propagation.js';
import { registerPropagation } from './provider.js';

const IDS = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const around = trace.setSpanContext(ROOT_CONTEXT, IDS);
const extra = { requestInfo: { headers: { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` } } };
const message = { params: { _meta: { baggage: 'tenant=blue' } } };

beforeAll(async () => registerPropagation(await loadSdk(), ['tracecontext', 'baggage']));

const tenantOf = (of: ReturnType<typeof parentOf>) =>
  propagation.getBaggage(of.context)?.getEntry('tenant')?.value;
const traceOf = (of: ReturnType<typeof parentOf>) => trace.getSpanContext(of.context)?.traceId;

describe('baggage in _meta without a trace', () => {
  it('is passed on alone', () => {
    const parent = parentOf(message, undefined);
    expect([tenantOf(parent), traceOf(parent)]).toEqual(['blue', undefined]);
  });

  it('is passed on with the trace of the span around it, or of the HTTP headers', () => {
    const inside = context.with(around, () => parentOf(message, extra));
    expect([tenantOf(inside), traceOf(inside)]).toEqual(['blue', IDS.traceId]);
    const byHeaders = parentOf(message, extra);
    expect([tenantOf(byHeaders), traceOf(byHeaders)]).toEqual(['blue', 'c'.repeat(32)]);
  });
});

describe('a message', () => {
  it('is sent unchanged when there is no context', () => {
    const request = { id: 1, method: 'roots/list' };
    expect(carrying(request, ROOT_CONTEXT)).toBe(request);
  });

  it('carries the context in a copy', () => {
    const request = { id: 1, method: 'roots/list' };
    expect(carrying(request, around)).toEqual({
      ...request,
      params: { _meta: { traceparent: `00-${IDS.traceId}-${IDS.spanId}-01` } },
    });
    expect(request).not.toHaveProperty('params');
  });
});
