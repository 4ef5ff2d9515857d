import { unexpected } from '../expect.js';
import { namesIn, sdkIsDisabled } from '../otel.js';
import { boolean, type Env, integer, isSet, known, oneOf } from '../validate.js';

const MODES = ['full', 'propagation-only', 'off'] as const;
const EXPORTERS = ['otlp', 'console', 'none'] as const;
const PROPAGATORS = ['tracecontext', 'baggage'] as const;

/** An exporter of OpenTelemetry, such as that of `@opentelemetry/exporter-trace-otlp-grpc`. */
export interface SpanExporter {
  export(spans: never, done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

export interface TracesOptions {
  /**
   * `full` creates spans. `propagation-only` creates none, but passes the client's trace context to handlers and to
   * what they call. `off` does neither. Default: `full`, or `propagation-only` if `OTEL_SDK_DISABLED` is `true`.
   */
  readonly mode?: (typeof MODES)[number];
  /**
   * Where spans go, unless the application has registered its own tracer provider. `console` writes to stderr. Each
   * of them needs `npm install @pmcp/otlp`. Default: `OTEL_TRACES_EXPORTER`, else `otlp` if there is an endpoint,
   * else `none`.
   */
  readonly exporter?: (typeof EXPORTERS)[number] | SpanExporter;
  /**
   * URL of the collector. For gRPC it is the port, such as `http://localhost:4317`. With
   * `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf` it is the whole address, such as `http://localhost:4318/v1/traces`.
   * Default: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT`, else none.
   */
  readonly endpoint?: string;
  /**
   * The share of traces to keep among those that begin in this server, from 0 to 1. Default: as `OTEL_TRACES_SAMPLER`
   * and `OTEL_TRACES_SAMPLER_ARG` say, else 1.
   */
  readonly sampleRatio?: number;
  /**
   * Whether the sampled flag in a client's trace context decides for its requests, as in OpenTelemetry. Set it to
   * false if you do not know your clients: then only the ratio decides. Default: true.
   */
  readonly trustCallers?: boolean;
  /** Whether a span also has the stack of an exception, beside its type and message. Default: false. */
  readonly exceptionStacks?: boolean;
  /**
   * Whether notifications have spans too, of both directions. Progress and log messages may be many times as many as requests.
   * Default: false.
   */
  readonly notifications?: boolean;
  /** Content of requests to record; secrets are redacted. Default: none of it. */
  readonly capture?: {
    /**
     * Whether spans have the arguments of calls, with secrets redacted; not those of an HTTP request above 256 kB, in chunks
     * or compressed. Default: false.
     */
    readonly arguments?: boolean;
    /**
     * Whether spans have the results of calls, and log lines the text of a result with `isError`, with secrets redacted.
     * Default: false.
     */
    readonly results?: boolean;
    /** Whether spans have the URIs of resources, with secrets redacted. Default: false. */
    readonly resourceUris?: boolean;
    /** The number of characters after which a captured value is cut. Default: 4096. */
    readonly maxLength?: number;
  };
}

export interface TracesConfig {
  readonly mode: (typeof MODES)[number];
  /** Empty if there is none. */
  readonly exporters: readonly (Exclude<(typeof EXPORTERS)[number], 'none'> | SpanExporter)[];
  /** The formats in which contexts are received and sent. */
  readonly propagators: readonly (typeof PROPAGATORS)[number][];
  readonly endpoint: string | undefined;
  readonly sampleRatio: number | undefined;
  readonly trustCallers: boolean;
  readonly exceptionStacks: boolean;
  readonly notifications: boolean;
  readonly capture: {
    readonly arguments: boolean;
    readonly results: boolean;
    readonly resourceUris: boolean;
    readonly maxLength: number;
  };
}

/** @throws TypeError that names the option, what was expected and what came */
export function resolveTraces(traces: TracesOptions = {}, env: Env): TracesConfig {
  known('traces', traces, [
    'mode',
    'exporter',
    'endpoint',
    'sampleRatio',
    'trustCallers',
    'exceptionStacks',
    'notifications',
    'capture',
  ]);
  const { capture = {}, endpoint } = traces;
  known('traces.capture', capture, ['arguments', 'results', 'resourceUris', 'maxLength']);
  const propagators = propagatorsOf(env);
  const trustCallers = boolean('traces.trustCallers', traces.trustCallers, true);
  return {
    mode: mode(traces, propagators, env),
    exporters: exporters(traces, env).filter((name) => name !== 'none'),
    propagators,
    endpoint: endpoint === undefined ? undefined : url(endpoint),
    sampleRatio: ratio(traces.sampleRatio) ?? (trustCallers ? undefined : ratioIn(env)),
    trustCallers,
    exceptionStacks: boolean('traces.exceptionStacks', traces.exceptionStacks, false),
    notifications: boolean('traces.notifications', traces.notifications, false),
    capture: {
      arguments: boolean('traces.capture.arguments', capture.arguments, false),
      results: boolean('traces.capture.results', capture.results, false),
      resourceUris: boolean('traces.capture.resourceUris', capture.resourceUris, false),
      maxLength: integer('traces.capture.maxLength', capture.maxLength, 4_096, 1, 1_000_000),
    },
  };
}

function mode(
  { mode }: TracesOptions,
  propagators: TracesConfig['propagators'],
  env: Env,
): TracesConfig['mode'] {
  const asked = oneOf('traces.mode', mode, 'full', MODES);
  const allowed = asked === 'full' && sdkIsDisabled(env) ? 'propagation-only' : asked;
  return allowed === 'propagation-only' && propagators.length === 0 ? 'off' : allowed;
}

function exporters(
  { exporter, endpoint }: TracesOptions,
  env: Env,
): readonly ((typeof EXPORTERS)[number] | SpanExporter)[] {
  if (isExporter(exporter)) return [exporter];
  if (exporter !== undefined) return [oneOf('traces.exporter', exporter, 'none', EXPORTERS, 'an exporter')];
  const named = namesIn('OTEL_TRACES_EXPORTER', env);
  if (named.length > 0) return named;
  const endpoints = [endpoint, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_EXPORTER_OTLP_ENDPOINT];
  return endpoints.some(isSet) ? ['otlp'] : [];
}

function isExporter(option: TracesOptions['exporter']): option is SpanExporter {
  return (
    typeof option === 'object' &&
    typeof option?.export === 'function' &&
    typeof option.shutdown === 'function'
  );
}

function propagatorsOf(env: Env): TracesConfig['propagators'] {
  const named = namesIn('OTEL_PROPAGATORS', env);
  return named.length === 0 ? PROPAGATORS : PROPAGATORS.filter((name) => named.includes(name));
}

function url(endpoint: string): string {
  if (typeof endpoint === 'string' && URL.canParse(endpoint)) return endpoint;
  throw unexpected('traces.endpoint', 'a URL such as http://localhost:4317', endpoint);
}

function ratio(value: number | undefined): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)) return value;
  throw unexpected('traces.sampleRatio', 'a number from 0 to 1', value);
}

/** Returns the share of new traces that `OTEL_TRACES_SAMPLER` keeps, according to the specification. */
function ratioIn({ OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: argument }: Env): number {
  if (name.endsWith('always_off')) return 0;
  if (!name.endsWith('traceidratio') || !isSet(argument)) return 1;
  const share = Number(argument);
  return share >= 0 && share <= 1 ? share : 1;
}
