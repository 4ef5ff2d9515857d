import { context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import { printable } from '../output/printable.js';
import { redactText } from '../redact/text.js';
import {
  describe,
  type Fields,
  messageOf,
  type RequestFacts,
  type RequestLevel,
  type RequestLines,
} from './request-fields.js';

const { chindingsSym, mixinSym, streamSym } = pino.symbols;

/** Longer texts are rarely the same twice. */
const MAX_KNOWN_LENGTH = 64;
const MAX_KNOWN = 1_000;
const HEX = /^[\da-f]+$/;

/** The members that a line may have. */
const MEMBERS: ReadonlySet<string> = new Set([
  'level',
  'time',
  'service',
  'trace_id',
  'span_id',
  'trace_flags',
  'operation',
  'outcome',
  'error_type',
  'error',
  'http_status',
  'duration_ms',
  'waited_ms',
  'client',
  'transport',
  'connection',
  'msg',
]);

/**
 * Whether nothing but the toolkit decides about the lines of its logger. Instrumentations of pino change its streams and fields,
 * and paths to redact may mean a field of these lines.
 */
export function isOnlyOurs(
  logger: Logger,
  mixin: () => object,
  stream: DestinationStream,
  redactPaths: readonly string[],
): boolean {
  const slots = logger as unknown as Record<symbol, unknown>;
  return slots[mixinSym] === mixin && slots[streamSym] === stream && !redactPaths.some(mayMeanMember);
}

function mayMeanMember(path: string): boolean {
  const first = /^[\w$]+/.exec(path)?.[0];
  return first === undefined || MEMBERS.has(first);
}

/** The fields of all lines of a logger, as text. */
function fieldsOf(logger: Logger): string {
  return (logger as unknown as Record<symbol, string>)[chindingsSym] ?? '';
}

/** What the toolkit's own logger does besides writing fields. */
export interface Around {
  readonly stream: DestinationStream;
  /** Returns the member `time`, with the comma before it. */
  readonly time: () => string;
  readonly service: () => string | undefined;
  /** Called for each line. */
  readonly count: (level: string) => void;
}

/**
 * Writes the lines of finished requests as the toolkit's own logger would, byte for byte. All that it would do to them is known,
 * so they are put together as text, without an object that is searched for secrets, serialised and searched again.
 */
export class TextLines implements RequestLines, Fields {
  private readonly known = new Map<string, string>();
  private line = '';

  /** @param logger has the level of the lines, and fields of all of them */
  constructor(
    private readonly logger: Logger,
    private readonly around: Around,
  ) {}

  isEnabled(level: RequestLevel): boolean {
    return this.logger.isLevelEnabled(level);
  }

  write(level: RequestLevel, facts: RequestFacts): void {
    const { stream, time, service, count } = this.around;
    count(level);
    this.line = `{"level":"${level}"${time()}${fieldsOf(this.logger)}`;
    const name = service();
    if (name !== undefined) this.text('service', name);
    const ids = facts.ids ?? trace.getSpanContext(context.active());
    if (ids !== undefined) this.trace(ids);
    describe(facts, this);
    this.text('msg', messageOf(facts));
    stream.write(`${this.line}}\n`);
    this.line = '';
  }

  text(name: string, value: string): void {
    this.line += `,"${name}":${this.shown(value)}`;
  }

  number(name: string, value: number): void {
    this.line += `,"${name}":${value}`;
  }

  private trace({ traceId, spanId, traceFlags }: SpanContext): void {
    const flags = (traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
    // No reason to search each of them, or to keep them.
    if (HEX.test(traceId) && HEX.test(spanId))
      this.line += `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${flags}"`;
    else {
      this.text('trace_id', traceId);
      this.text('span_id', spanId);
      this.text('trace_flags', flags);
    }
  }

  /** The text as JSON, without secrets. Names and outcomes are the same in many lines, so they are kept. */
  private shown(value: string): string {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const shown = printable(JSON.stringify(redactText(value)));
    if (value.length <= MAX_KNOWN_LENGTH) {
      if (this.known.size >= MAX_KNOWN) this.known.clear();
      this.known.set(value, shown);
    }
    return shown;
  }
}
