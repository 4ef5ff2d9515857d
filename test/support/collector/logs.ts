import {
  type Attributes,
  attributesOf,
  idOf,
  toValue,
  type Value,
  type WirePair,
  type WireValue,
} from './attributes.js';
import { flatten, type Origin, type WireResource, type WireScoped } from './records.js';

export interface LogRecord extends Origin {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly observedTime: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: Value;
  readonly attributes: Attributes;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly flags: number;
  readonly eventName: string;
}

interface WireLogRecord {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: string;
  readonly severityText: string;
  readonly body?: WireValue | null;
  readonly attributes: readonly WirePair[];
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly flags: number;
  readonly eventName: string;
}

interface Scoped extends WireScoped {
  readonly logRecords: readonly WireLogRecord[];
}

interface Request {
  readonly resourceLogs: readonly (WireResource & { readonly scopeLogs: readonly Scoped[] })[];
}

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

export function logsOf(request: object): LogRecord[] {
  return flatten(
    (request as Request).resourceLogs,
    ({ scopeLogs }) => scopeLogs,
    ({ logRecords }, origin) => logRecords.map((record) => toLogRecord(record, origin)),
  );
}

function toLogRecord(wire: WireLogRecord, origin: Origin): LogRecord {
  return {
    ...origin,
    time: BigInt(wire.timeUnixNano),
    observedTime: BigInt(wire.observedTimeUnixNano),
    severityNumber: severityNumber(wire.severityNumber),
    severityText: wire.severityText,
    body: toValue(wire.body),
    attributes: attributesOf(wire.attributes),
    traceId: idOf(wire.traceId),
    spanId: idOf(wire.spanId),
    flags: wire.flags,
    eventName: wire.eventName,
  };
}

/** SEVERITY_NUMBER_INFO is 9 and SEVERITY_NUMBER_INFO2 is 10: four numbers for each word. */
function severityNumber(name: string): number {
  const [, word = '', step = '1'] = /^SEVERITY_NUMBER_([A-Z]+)(\d?)$/.exec(name) ?? [];
  const index = SEVERITIES.indexOf(word);
  return index < 0 ? 0 : index * 4 + Number(step || 1);
}
