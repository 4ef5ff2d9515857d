import type { Warning } from './codes/tell.js';
import type { Env } from './validate.js';

/** The values that OpenTelemetry variables may have here, most of them in a list. `prometheus` means `/metrics`. */
const KNOWN = {
  OTEL_TRACES_EXPORTER: ['otlp', 'console', 'none'],
  OTEL_LOGS_EXPORTER: ['otlp', 'none'],
  OTEL_METRICS_EXPORTER: ['otlp', 'prometheus', 'none'],
  OTEL_PROPAGATORS: ['tracecontext', 'baggage', 'none'],
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: [
    'explicit_bucket_histogram',
    'base2_exponential_bucket_histogram',
  ],
} as const;

type Variable = keyof typeof KNOWN;
type Name<V extends Variable> = (typeof KNOWN)[V][number];

/** Returns the known names in a list. As the specification requires, others are ignored with a warning. */
export function namesIn<V extends Variable>(variable: V, env: Env): Name<V>[] {
  const names = listed(variable, env).filter((name): name is Name<V> => isKnown(variable, name));
  return [...new Set(names)];
}

/** Returns a warning for each unknown name. */
export function unknownNames(env: Env): Warning[] {
  return (Object.keys(KNOWN) as Variable[]).flatMap((variable) =>
    listed(variable, env)
      .filter((name) => !isKnown(variable, name))
      .map((name) => {
        const known = KNOWN[variable].join(', ');
        const text = `${variable} is ignored: expected one of ${known}, got ${JSON.stringify(name.slice(0, 100))}`;
        return { code: 'PMCP_W_OTEL_VALUE', text };
      }),
  );
}

/** Whether no signal may be exported. Contexts are still passed on: the specification excludes propagators. */
export function sdkIsDisabled(env: Env): boolean {
  return env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}

function listed(variable: Variable, env: Env): string[] {
  const names = env[variable]?.split(',').map((name) => name.trim()) ?? [];
  return names.filter((name) => name !== '');
}

function isKnown(variable: Variable, name: string): boolean {
  return (KNOWN[variable] as readonly string[]).includes(name);
}
