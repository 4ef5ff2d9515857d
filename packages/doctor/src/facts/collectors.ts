import { isLoopback } from './loopback.js';
import { said } from './otlp.js';

export const SIGNALS = ['traces', 'logs', 'metrics'] as const;
type Signal = (typeof SIGNALS)[number];

/** Where a server sends a signal to; undefined where it does not, or where that can't be told. */
export function sends(variable: (name: string) => string | undefined, signal: Signal): URL | undefined {
  const name = signal.toUpperCase();
  // Traces go wherever there is an endpoint, the others if they are asked for.
  const exporter = variable(`OTEL_${name}_EXPORTER`) || (signal === 'traces' ? 'otlp' : 'none');
  const endpoint = said(variable, name, 'ENDPOINT')?.value ?? '';
  const isOff = variable('OTEL_SDK_DISABLED') === 'true' || exporter !== 'otlp';
  return isOff || !URL.canParse(endpoint) ? undefined : new URL(endpoint);
}

interface Protocol {
  readonly endpoint?: unknown;
}

interface Pipeline {
  readonly receivers?: readonly string[];
  readonly exporters?: readonly string[];
}

interface Configuration {
  readonly receivers?: Readonly<
    Record<string, { readonly protocols?: Readonly<Record<string, Protocol | null>> } | null>
  >;
  readonly exporters?: Readonly<Record<string, unknown>> | null;
  readonly service?: { readonly pipelines?: Readonly<Record<string, Pipeline | null>> };
}

/** The configuration of a collector, and how it is reached. */
export interface Collector {
  readonly content: Readonly<Record<string, unknown>>;
  /** The port at which the server reaches its container. */
  readonly port: string;
  /** Where a receiver listens of which the configuration says no `endpoint`. */
  readonly byDefault: 'open' | 'closed';
}

/** Says why a collector does not take a signal, as the end of a sentence; undefined if it may. */
export function refusalOf({ content, port, byDefault }: Collector, signal: Signal): string | undefined {
  const { receivers = {}, exporters, service } = content as Configuration;
  const names = Object.keys(receivers ?? {}).filter((name) => /^otlp(\/|$)/.test(name));
  if (names.length === 0 || !service?.pipelines) return undefined;
  const open = names.filter((name) => isOpen(receivers[name]?.protocols ?? {}, port, byDefault));
  if (open.length === 0)
    return `whose receiver ${names[0]} listens at port ${port} on loopback only, or not at all`;
  const all = Object.entries(service.pipelines).map(
    ([name, one]) => [name.split('/')[0], one ?? {}] as const,
  );
  const taking = all.filter(
    ([of, { receivers: from = [] }]) => of === signal && from.some((name) => open.includes(name)),
  );
  if (taking.length === 0) return `which has no pipeline of ${signal} for its receiver ${open[0]}`;
  const [unused] = Object.keys(exporters ?? {}).filter(
    (name) => !isShown(name) && !all.some(([, { exporters: to = [] }]) => to.includes(name)),
  );
  const isDropped = taking.every(([, { exporters: to = [] }]) => to.every(isShown));
  return unused !== undefined && isDropped
    ? `whose pipeline of ${signal} sends nothing on: its exporter ${unused} is in no pipeline`
    : undefined;
}

/** Exporters that only write what they get, or nothing. */
function isShown(exporter: string): boolean {
  return /^(debug|logging|nop)(\/|$)/.test(exporter);
}

const PROTOCOLS: Readonly<Record<string, string>> = { '4317': 'grpc', '4318': 'http' };

/** Whether others reach a receiver at a port of OTLP. */
function isOpen(
  protocols: Readonly<Record<string, Protocol | null>>,
  port: string,
  byDefault: Collector['byDefault'],
): boolean {
  const name = PROTOCOLS[port];
  // At another port it can be whatever an `endpoint` says.
  if (name === undefined) return true;
  if (!(name in protocols)) return false;
  const endpoint = protocols[name]?.endpoint;
  return endpoint === undefined ? byDefault === 'open' : !isLoopback(String(endpoint).replace(/:\d+$/, ''));
}

/** What the checks of both kinds of manifests say. */
export const COLLECTOR = {
  why: 'A collector refuses what none of its pipelines takes. Its receiver listens on loopback unless `endpoint` says more, and nobody outside of its container reaches it there. What is configured and in no pipeline does nothing.',
  cure: 'Give `receivers: { otlp: { protocols: … } }` the protocol with `endpoint: 0.0.0.0:4317` for gRPC, or `0.0.0.0:4318` for HTTP, and `service.pipelines` a pipeline of the signal with this receiver and with the exporter.',
  severity: 'fail',
} as const;
