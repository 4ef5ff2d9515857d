/** The part of an OpenTelemetry collector's configuration that its wiring consists of. */
export interface Collector {
  readonly receivers: Readonly<Record<string, unknown>>;
  readonly processors?: Readonly<Record<string, unknown>>;
  readonly exporters: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly service: {
    readonly extensions?: readonly string[];
    readonly pipelines: Readonly<Record<string, Pipeline>>;
  };
}

interface Pipeline {
  readonly receivers?: readonly string[];
  readonly processors?: readonly string[];
  readonly exporters?: readonly string[];
}

const KINDS = ['receivers', 'processors', 'exporters'] as const;

/** Returns what the collector would reject at start, and what it would silently ignore. */
export function wiringFaults(collector: Collector): string[] {
  const pipelines = Object.entries(collector.service.pipelines);
  const used = (kind: (typeof KINDS)[number]) => pipelines.flatMap(([, pipeline]) => pipeline[kind] ?? []);
  return [
    ...pipelines.flatMap(([name, pipeline]) => pipelineFaults(name, pipeline)),
    ...KINDS.flatMap((kind) => mismatch(kind, Object.keys(collector[kind] ?? {}), used(kind))),
    ...mismatch('extensions', Object.keys(collector.extensions ?? {}), collector.service.extensions ?? []),
  ];
}

function pipelineFaults(
  name: string,
  { receivers = [], processors = [], exporters = [] }: Pipeline,
): string[] {
  const faults: string[] = [];
  if (!/^(traces|metrics|logs)(\/.+)?$/.test(name)) faults.push(`pipeline ${name} has no known signal`);
  if (receivers.length === 0) faults.push(`pipeline ${name} has no receiver`);
  if (exporters.length === 0) faults.push(`pipeline ${name} has no exporter`);
  if (processors[0] !== 'memory_limiter') faults.push(`pipeline ${name} does not begin with memory_limiter`);
  return faults;
}

function mismatch(kind: string, defined: readonly string[], used: readonly string[]): string[] {
  const missing = [...new Set(used)].filter((name) => !defined.includes(name));
  const idle = defined.filter((name) => !used.includes(name));
  return [
    ...missing.map((name) => `${kind}: ${name} is used but not defined`),
    ...idle.map((name) => `${kind}: ${name} is defined but not used`),
  ];
}
