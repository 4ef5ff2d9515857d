import {
  type Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  ServerListenerBuilder,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { logsOf } from './logs.js';
import { metricsOf } from './metrics.js';
import { spansOf } from './spans.js';
import { decodeRequest, SERVICES, type Service, type Signal } from './wire.js';

/** In PEM. With `ca` clients must have a certificate of that authority. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
}

/** A request as it was read: its size before decoding, and its records. */
interface Batch {
  readonly bytes: number;
  readonly records: readonly unknown[];
}

export type Call = ServerUnaryCall<Batch, object>;

const ENCODING = 'grpc-encoding';
const DECODERS = { traces: spansOf, logs: logsOf, metrics: metricsOf };

/** The only call of each of the three services, by its signal. */
export const SERVICE_DEFINITION = Object.fromEntries(
  (Object.entries(SERVICES) as [Signal, Service][]).map(([signal, service]) => [
    signal,
    method(signal, service),
  ]),
) as ServiceDefinition;

function method(signal: Signal, service: Service) {
  return {
    path: service.path,
    requestStream: false,
    responseStream: false,
    requestDeserialize: (bytes: Buffer): Batch => ({
      bytes: bytes.length,
      records: DECODERS[signal](decodeRequest(service, bytes)),
    }),
    responseSerialize: (message: object) => Buffer.from(service.response.encode(message).finish()),
    requestSerialize: unused,
    responseDeserialize: unused,
  };
}

/** gRPC wants both directions of every type; a server needs one of each. */
function unused(): never {
  throw new Error('a collector makes no requests');
}

export function createGrpcServer(): Server {
  return new Server({ 'grpc.max_receive_message_length': -1, interceptors: [exposeEncoding] });
}

/** Puts back the header that says how a request was compressed; gRPC takes it away before a handler sees it. */
function exposeEncoding(_: unknown, call: ServerInterceptingCallInterface): ServerInterceptingCall {
  const { incomingEncoding } = call as unknown as { incomingEncoding: string };
  const listener = new ServerListenerBuilder()
    .withOnReceiveMetadata((metadata, next) => {
      metadata.set(ENCODING, incomingEncoding);
      next(metadata);
    })
    .build();
  return new ServerInterceptingCall(call, { start: (next) => next(listener) });
}

export function encodingOf(metadata: Metadata): string {
  return String(metadata.get(ENCODING)[0]);
}

export function headersOf(metadata: Metadata): Record<string, string> {
  const headers = Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(headers.filter(([name]) => name !== ENCODING));
}

/** Binds to a free port on loopback and returns it. */
export function bind(server: Server, tls: ServerTls | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials(tls), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function credentials(tls: ServerTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  return ServerCredentials.createSsl(tls.ca ? Buffer.from(tls.ca) : null, [pair], tls.ca !== undefined);
}
