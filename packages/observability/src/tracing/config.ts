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
   * `full` makes spans, `propagation-only` only lets the client's trace context flow into handlers and on to
   * what they call, `off` does neither. Default: full; `OTEL_SDK_DISABLED` makes that `propagation-only`.
   */
  readonly mode?: (typeof MODES)[number];
  /**
   * Where spans go, unless the application has registered a tracer provider of its own. Default:
   * `OTEL_TRACES_EXPORTER`, else otlp when there is an endpoint, else none. `console` writes to stderr. All of them
   * need `npm install @pmcp/otlp`.
   */
  readonly exporter?: (typeof EXPORTERS)[number] | SpanExporter;
  /**
   * URL of the collector: its port for gRPC, or with `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf` the whole address, such as
   * `http://localhost:4318/v1/traces`. Default: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`.
   */
  readonly endpoint?: string;
  /** Share of the traces that begin here to keep, 0 to 1. Default: `OTEL_TRACES_SAMPLER`, else all. */
  readonly sampleRatio?: number;
  /**
   * Whether the sampled flag of a client's trace context decides for its requests, as OpenTelemetry has it. False for a server
   * whose clients are strangers: then the ratio alone decides, and no client can have all its requests kept, or none.
   * Default: true.
   */
  readonly trustCallers?: boolean;
  /** Whether the stack of what a handler threw is recorded beside its type and message. Default: false. */
  readonly exceptionStacks?: boolean;
  /** Content of requests to record; secrets are redacted. Default: none of it. */
  readonly capture?: {
    readonly arguments?: boolean;
    readonly results?: boolean;
    readonly resourceUris?: boolean;
    /** Characters after which a value is cut. Default: 4096. */
    readonly maxLength?: number;
  };
}

export interface TracesConfig {
  readonly mode: (typeof MODES)[number];
  /** Empty for none. */
  readonly exporters: readonly (Exclude<(typeof EXPORTERS)[number], 'none'> | SpanExporter)[];
  /** Formats in which a context comes and goes. */
  readonly propagators: readonly (typeof PROPAGATORS)[number][];
  readonly endpoint: string | undefined;
  readonly sampleRatio: number | undefined;
  readonly trustCallers: boolean;
  readonly exceptionStacks: boolean;
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

/** The share that `OTEL_TRACES_SAMPLER` keeps of the traces that begin here, as the specification has it. */
function ratioIn({ OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: argument }: Env): number {
  if (name.endsWith('always_off')) return 0;
  if (!name.endsWith('traceidratio') || !isSet(argument)) return 1;
  const share = Number(argument);
  return share >= 0 && share <= 1 ? share : 1;
}
