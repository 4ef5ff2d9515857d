import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { RequestScope } from '../follow/scope.js';
import type { Peer } from '../mcp/peer.js';
import { Tracing } from './tracing.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

const options = {
  arguments: false,
  results: false,
  resourceUris: false,
  maxLength: 100,
  exceptionStacks: false,
  redact: (value: object) => value,
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

function ended(exception: unknown) {
  exporter.reset();
  const tracing = new Tracing(provider.getTracer('test'), options, () => {});
  const scope = new RequestScope('tools/call', 'x');
  tracing.requestStarted(scope, 'x', { id: 1 }, undefined);
  scope.exception = exception;
  tracing.requestEnded(scope, 'x', peer, { outcome: 'server_error', type: '-32603' }, { error: {} });
  return exporter.getFinishedSpans();
}

describe('what a handler threw', () => {
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
  ])('may be %s, and its span ends all the same', (_, exception, type, message) => {
    const [span] = ended(exception);
    expect(span?.events[0]?.attributes).toEqual({ 'exception.type': type, 'exception.message': message });
  });
});
