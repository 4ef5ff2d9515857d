import type { Metric } from '../catalog.js';
import type { TransportKind } from '../mcp/transport-kind.js';
import { OTHER } from '../protocol/methods.js';
import { type Ending, isErrorToConventions } from '../protocol/outcome.js';
import * as semconv from '../semconv.js';
import { HistogramFamily, type HistogramForm } from './histogram-family.js';

/** The bounds that the OpenTelemetry conventions for MCP recommend. */
const BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** The metrics of the conventions by their OpenTelemetry names. In Prometheus, `.` becomes `_`, and the unit is added. */
const OPERATION = 'mcp.server.operation.duration';
const SESSION = 'mcp.server.session.duration';

const OPERATION_ATTRIBUTES = [
  semconv.MCP_METHOD_NAME,
  semconv.GEN_AI_TOOL_NAME,
  semconv.GEN_AI_PROMPT_NAME,
  semconv.GEN_AI_OPERATION_NAME,
  semconv.ERROR_TYPE,
  semconv.RPC_RESPONSE_STATUS_CODE,
  semconv.MCP_PROTOCOL_VERSION,
  semconv.NETWORK_TRANSPORT,
  semconv.NETWORK_PROTOCOL_NAME,
];
const SESSION_ATTRIBUTES = [
  semconv.MCP_PROTOCOL_VERSION,
  semconv.NETWORK_TRANSPORT,
  semconv.NETWORK_PROTOCOL_NAME,
];

/** `network.transport` and `network.protocol.name`. */
const NETWORK: Readonly<Record<TransportKind, readonly [string, string]>> = {
  stdio: ['pipe', ''],
  sse: ['tcp', 'http'],
  streamable_http: ['tcp', 'http'],
  other: ['', ''],
};

/** Records the durations of requests and connections a second time, as the OpenTelemetry conventions for MCP define them. */
export class SemconvMetrics {
  readonly operation: HistogramFamily;
  readonly session: HistogramFamily;

  constructor(histograms?: HistogramForm) {
    this.operation = family(OPERATION, 'Time that a request took.', OPERATION_ATTRIBUTES, histograms);
    this.session = family(SESSION, 'Time that a session lasted.', SESSION_ATTRIBUTES, histograms);
  }

  /**
   * @param name the tool or prompt name as a label value
   * @param version the protocol version as a label value; empty if unknown
   */
  requestEnded(
    method: string,
    name: string,
    ending: Ending,
    version: string,
    kind: TransportKind,
    seconds: number,
  ): void {
    const isTool = method === 'tools/call';
    const { outcome, type } = ending;
    const isAnsweredByCode = (outcome === 'client_error' || outcome === 'server_error') && type !== OTHER;
    const slot = this.operation.slot(
      method,
      isTool ? name : '',
      isTool ? '' : name,
      isTool ? 'execute_tool' : '',
      isErrorToConventions(ending) ? type : '',
      isAnsweredByCode ? type : '',
      version,
      ...NETWORK[kind],
    );
    this.operation.observe(slot, seconds);
  }

  /** Removes the series of a tool or prompt. */
  remove(name: string): void {
    for (const attribute of [semconv.GEN_AI_TOOL_NAME, semconv.GEN_AI_PROMPT_NAME])
      this.operation.remove(underscored(attribute), name);
  }

  sessionEnded(version: string, kind: TransportKind, seconds: number): void {
    this.session.observe(this.session.slot(version, ...NETWORK[kind]), seconds);
  }
}

function family(
  name: string,
  help: string,
  attributes: readonly string[],
  histograms?: HistogramForm,
): HistogramFamily {
  const metric: Metric = {
    name: `${underscored(name)}_seconds`,
    type: 'histogram',
    help,
    labels: attributes.map(underscored),
    unit: 'seconds',
    buckets: BUCKETS,
  };
  return new HistogramFamily(metric, histograms);
}

function underscored(name: string): string {
  return name.replaceAll('.', '_');
}

const ORIGINALS = new Map([
  ...[OPERATION, SESSION].map((name) => [`${underscored(name)}_seconds`, name] as const),
  ...OPERATION_ATTRIBUTES.map((name) => [underscored(name), name] as const),
]);

/** Returns the OpenTelemetry name of a metric or label; undefined for all others. */
export function originalName(name: string): string | undefined {
  return ORIGINALS.get(name);
}
