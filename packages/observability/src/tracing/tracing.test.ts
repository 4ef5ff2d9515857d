import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { corpus } from '../../../../test/support/privacy/corpus.js';
import { RequestScope } from '../follow/scope.js';
import type { Peer } from '../mcp/peer.js';
import type { Ending } from '../protocol/outcome.js';
import { Tracing } from './tracing.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

const options = {
  arguments: false,
  results: false,
  resourceUris: false,
  maxLength: 100,
  exceptionStacks: true,
  notifications: false,
};
const peer: Peer = {
  number: 1,
  kind: 'stdio',
  sessionId: undefined,
  protocolVersion: undefined,
  client: undefined,
  address: undefined,
  server: undefined,
};

function ended(exception: unknown, ending: Ending = { outcome: 'server_error', type: '-32603' }, error = {}) {
  exporter.reset();
  const tracing = new Tracing(provider.getTracer('test'), options, () => {});
  const scope = new RequestScope('tools/call', 'x', performance.now());
  tracing.requestStarted(scope, 'x', { id: 1 }, undefined);
  scope.exception = exception;
  tracing.requestEnded(scope, 'x', peer, ending, { error }, performance.now());
  return exporter.getFinishedSpans();
}

describe('the span of a refused request', () => {
  it.each([
    ['client_error', 401, 'unauthorized', undefined],
    ['server_error', 503, 'other', 'other'],
  ] as const)('as %s has the status %i, and is an error only if the server failed', (...row) => {
    const [outcome, status, type, errorType] = row;
    const [span] = ended(undefined, { outcome, type, isRefused: true, status });
    expect(span?.attributes['http.response.status_code']).toBe(status);
    expect(span?.attributes['error.type']).toBe(errorType);
    expect(span?.attributes).not.toHaveProperty('rpc.response.status_code');
    expect(span?.status.code).toBe(errorType ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
  });
});

describe('the exception of a handler', () => {
  const unreadable = {
    get message() {
      throw new Error('no');
    },
  };
  it.each([
    ['nothing with a text', Object.create(null), 'object', '[unprintable]'],
    ['an object that throws itself', unreadable, 'object', '[unprintable]'],
    ['a symbol', Symbol('x'), 'symbol', 'Symbol(x)'],
    ['a text', 'no', 'string', 'no'],
  ])('may be %s, and its span still ends', (_, exception, type, message) => {
    const [span] = ended(exception);
    expect(span?.events[0]?.attributes).toEqual({ 'exception.type': type, 'exception.message': message });
  });

  it('loses its secrets in its message, its stack and the status of the span', () => {
    for (const { text, secrets } of corpus(400, 14)) {
      const [span] = ended(new Error(text), undefined, { message: text });
      const shown = [span?.status.message, ...Object.values(span?.events[0]?.attributes ?? {})].map(String);
      expect(shown).toHaveLength(4);
      expect(secrets.filter((secret) => shown.some((part) => part.includes(secret)))).toEqual([]);
    }
  });

  it('is truncated', () => {
    const [span] = ended(new Error('long '.repeat(1e6)), undefined, { message: 'long '.repeat(1e6) });
    expect(JSON.stringify([span?.status, span?.events]).length).toBeLessThan(30_000);
  });
});
