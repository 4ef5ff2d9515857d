import type { Env } from './validate.js';

/** What the variables of OpenTelemetry may name here; `prometheus` is what `/metrics` is for. */
const EXPORTERS = {
  OTEL_TRACES_EXPORTER: ['otlp', 'console', 'none'],
  OTEL_LOGS_EXPORTER: ['otlp', 'none'],
  OTEL_METRICS_EXPORTER: ['otlp', 'prometheus', 'none'],
} as const;

type Variable = keyof typeof EXPORTERS;
type Exporter<V extends Variable> = (typeof EXPORTERS)[V][number];

/** The first exporter in a variable's list that is known; as the specification asks, others are ignored, with a warning. */
export function exporterIn<V extends Variable>(variable: V, env: Env): Exporter<V> | undefined {
  return listed(variable, env).find((name): name is Exporter<V> => isKnown(variable, name));
}

/** A warning for each exporter that is not known. */
export function unknownExporters(env: Env): string[] {
  return (Object.keys(EXPORTERS) as Variable[]).flatMap((variable) =>
    listed(variable, env)
      .filter((name) => !isKnown(variable, name))
      .map((name) => {
        const known = EXPORTERS[variable].join(', ');
        return `${variable} is ignored: expected one of ${known}, got ${JSON.stringify(name.slice(0, 100))}`;
      }),
  );
}

function listed(variable: Variable, env: Env): string[] {
  const names = env[variable]?.split(',').map((name) => name.trim()) ?? [];
  return names.filter((name) => name !== '');
}

function isKnown(variable: Variable, name: string): boolean {
  return (EXPORTERS[variable] as readonly string[]).includes(name);
}
