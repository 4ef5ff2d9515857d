import { unexpected } from '../expect.js';
import { exporterIn } from '../exporters.js';
import { boolean, type Env, integer, isSet, known, oneOf } from '../validate.js';

const MODES = ['full', 'propagation-only', 'off'] as const;
const EXPORTERS = ['otlp', 'console', 'none'] as const;

export interface TracesOptions {
  /**
   * `full` makes spans, `propagation-only` only lets the client's trace context flow into handlers and on to
   * what they call, `off` does neither. Default: full, `off` when `OTEL_SDK_DISABLED` is true.
   */
  readonly mode?: (typeof MODES)[number];
  /**
   * Where spans go, unless the application has registered a tracer provider of its own. Default:
   * `OTEL_TRACES_EXPORTER`, else otlp when there is an endpoint, else none. `console` writes to stderr.
   */
  readonly exporter?: (typeof EXPORTERS)[number];
  /** URL of the collector's gRPC port. Default: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint?: string;
  /** Share of the traces that begin here to keep, 0 to 1. Default: `OTEL_TRACES_SAMPLER`, else all. */
  readonly sampleRatio?: number;
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
  readonly exporter: (typeof EXPORTERS)[number];
  readonly endpoint: string | undefined;
  readonly sampleRatio: number | undefined;
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
  known('traces', traces, ['mode', 'exporter', 'endpoint', 'sampleRatio', 'exceptionStacks', 'capture']);
  const { capture = {}, endpoint } = traces;
  known('traces.capture', capture, ['arguments', 'results', 'resourceUris', 'maxLength']);
  const disabled = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
  return {
    mode: disabled ? 'off' : oneOf('traces.mode', traces.mode, 'full', MODES),
    exporter: exporter(traces, env),
    endpoint: endpoint === undefined ? undefined : url(endpoint),
    sampleRatio: ratio(traces.sampleRatio),
    exceptionStacks: boolean('traces.exceptionStacks', traces.exceptionStacks, false),
    capture: {
      arguments: boolean('traces.capture.arguments', capture.arguments, false),
      results: boolean('traces.capture.results', capture.results, false),
      resourceUris: boolean('traces.capture.resourceUris', capture.resourceUris, false),
      maxLength: integer('traces.capture.maxLength', capture.maxLength, 4_096, 1, 1_000_000),
    },
  };
}

function exporter({ exporter, endpoint }: TracesOptions, env: Env): TracesConfig['exporter'] {
  if (exporter !== undefined) return oneOf('traces.exporter', exporter, 'none', EXPORTERS);
  const named = exporterIn('OTEL_TRACES_EXPORTER', env);
  if (named !== undefined) return named;
  const endpoints = [endpoint, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_EXPORTER_OTLP_ENDPOINT];
  return endpoints.some(isSet) ? 'otlp' : 'none';
}

function url(endpoint: string): string {
  if (typeof endpoint === 'string' && URL.canParse(endpoint)) return endpoint;
  throw unexpected('traces.endpoint', 'a URL such as http://localhost:4317', endpoint);
}

function ratio(value: number | undefined): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)) return value;
  throw unexpected('traces.sampleRatio', 'a number from 0 to 1', value);
}
