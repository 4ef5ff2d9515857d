import { type Kind, type Span, type Summary, summaryOf, type Trace, type TraceSource } from '@pmcp/viewer';
import { CHAPTERS } from './chapters.js';

const START_MS = (CHAPTERS.incident - 90) * 1000;
const TRACE_ID = '7d3f1c0a9b8e4f6295a1c3d4e5f60718';
export const CALL_PATH = `/requests/${TRACE_ID}`;
const SERVICE = 'notes';

interface Step extends Partial<Span> {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly at: number;
  readonly lasts: number;
}

const STEPS: readonly Step[] = [
  {
    id: '1',
    name: 'tools/call search_notes',
    at: 0,
    lasts: 10_240,
    failed: true,
    message: 'canceling statement due to statement timeout',
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'search_notes',
      'mcp.protocol.version': '2025-11-25',
      'network.transport': 'tcp',
      'error.type': 'tool_error',
      'pmcp.outcome': 'tool_error',
      'service.version': '1.5.0',
      'service.instance.id': '10.1.0.13:9464',
    },
  },
  { id: '2', parent: '1', name: 'redis GET', at: 3, lasts: 4.2 },
  { id: '3', parent: '1', name: 'postgres.pool.connect', at: 9, lasts: 5_180 },
  {
    id: '4',
    parent: '1',
    name: 'postgres.query SELECT notes',
    at: 5_192,
    lasts: 5_001,
    failed: true,
    message: 'canceling statement due to statement timeout',
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'notes', 'error.type': '57014' },
  },
];

const LINES = [
  { at: 12, level: 'debug', message: 'cache miss', spanId: '2', attributes: { notebook: 4 } },
  {
    at: 5_190,
    level: 'warn',
    message: 'waited for a database connection',
    spanId: '3',
    attributes: { waited: 5.18, inUse: 20 },
  },
  {
    at: 10_195,
    level: 'error',
    message: 'search failed',
    spanId: '4',
    attributes: { code: '57014' },
  },
  {
    at: 10_240,
    level: 'warn',
    message: 'request ended',
    spanId: '1',
    attributes: { method: 'tools/call', name: 'search_notes', outcome: 'tool_error', duration: 10.24 },
  },
];

/** A call during the incident, with its spans and log lines. */
const CALL: Trace = {
  traceId: TRACE_ID,
  spans: STEPS.map(({ id, parent = '', at, lasts, ...rest }) => ({
    spanId: id,
    parentSpanId: parent,
    service: SERVICE,
    startMs: START_MS + at,
    durationMs: lasts,
    failed: false,
    message: '',
    attributes: {},
    ...rest,
  })),
  logs: LINES.map(({ at, ...line }) => ({ atMs: START_MS + at, ...line })),
};

/** The source from which the viewer reads the requests of the story. */
export class StoryTraces implements TraceSource {
  async list(_kind: Kind, _limit: number): Promise<readonly Summary[]> {
    return [summaryOf(CALL)];
  }

  async trace(traceId: string): Promise<Trace | undefined> {
    return traceId === TRACE_ID ? CALL : undefined;
  }
}
