import root from 'otlp-proto/build/src/generated/root.js';

/** A message of the OTLP definitions, as protobufjs compiled it from the official .proto files. Newer releases have no such code. */
interface MessageType {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  toObject(message: object, options: object): object;
}

/** The part of the definitions that belongs to one service. */
type ServiceMessages = Readonly<Record<string, MessageType>>;

interface Definitions {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: Readonly<Record<'trace' | 'logs' | 'metrics', { readonly v1: ServiceMessages }>>;
    };
  };
}

const { opentelemetry } = root as unknown as Definitions;

export type Signal = 'traces' | 'logs' | 'metrics';

/** One of the three services, and how to read and answer its only call. */
export interface Service {
  readonly path: string;
  /** What its partial success calls the number of what it refused. */
  readonly rejected: string;
  readonly request: MessageType;
  readonly response: MessageType;
}

export const SERVICES: Readonly<Record<Signal, Service>> = {
  traces: service('trace', 'Trace', 'rejectedSpans'),
  logs: service('logs', 'Logs', 'rejectedLogRecords'),
  metrics: service('metrics', 'Metrics', 'rejectedDataPoints'),
};

/** A request as plain objects: 64-bit numbers as strings, enums by name, bytes as Buffers. */
export function decodeRequest({ request }: Service, bytes: Uint8Array): object {
  return request.toObject(request.decode(bytes), {
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
}

function service(module: 'trace' | 'logs' | 'metrics', name: string, rejected: string): Service {
  const messages = opentelemetry.proto.collector[module].v1;
  return {
    path: `/opentelemetry.proto.collector.${module}.v1.${name}Service/Export`,
    rejected,
    request: messages[`Export${name}ServiceRequest`]!,
    response: messages[`Export${name}ServiceResponse`]!,
  };
}
