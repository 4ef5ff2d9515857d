import { describe, expect, it } from 'vitest';
import { protocolOf, protocolWarnings } from './protocol.js';

const ALL = 'OTEL_EXPORTER_OTLP_PROTOCOL';
const LOGS = 'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL';

describe('the protocol of a signal', () => {
  it.each([
    [{}, 'grpc'],
    [{ [ALL]: 'grpc' }, 'grpc'],
    [{ [ALL]: 'http/protobuf' }, 'http/protobuf'],
    [{ [ALL]: 'http/json' }, 'http/protobuf'],
    [{ [ALL]: 'pigeon' }, 'grpc'],
    [{ [ALL]: '', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317' }, 'grpc'],
    [{ [ALL]: ' http/protobuf ' }, 'http/protobuf'],
    [{ [ALL]: 'http/protobuf', [LOGS]: 'grpc' }, 'grpc'],
    [{ [ALL]: 'grpc', [LOGS]: 'http/protobuf' }, 'http/protobuf'],
    [{ [ALL]: 'grpc', [LOGS]: ' ' }, 'grpc'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }, 'http/protobuf'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://collector:4318/v1/logs' }, 'http/protobuf'],
    [{ [ALL]: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }, 'grpc'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'no URL' }, 'grpc'],
  ])('with the environment %j is %s', (env, protocol) => {
    expect(protocolOf('logs', env)).toBe(protocol);
  });

  it('follows the endpoint of an option', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
    expect(protocolOf('traces', env, 'http://localhost:4317')).toBe('grpc');
    expect(protocolOf('traces', {}, 'http://localhost:4318/v1/traces')).toBe('http/protobuf');
  });

  it.each(['grpc', 'http/protobuf'])('causes no warning when it is %s', (protocol) => {
    expect(protocolWarnings('logs', { [ALL]: protocol })).toEqual([]);
  });
});
