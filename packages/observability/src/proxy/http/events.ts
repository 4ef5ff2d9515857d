import { type Budget, Line, LineSplitter } from '../lines.js';
import type { BodySink } from './body.js';

/** Of data in many lines, all is needed or nothing. */
const MAX_BYTES = 1 << 20;

const CARRIAGE_RETURN = 0x0d;
const DATA = Buffer.from('data:');
const SPACE = 0x20;

/** One event of a server-sent stream. */
export interface ServerEvent {
  /** `message` unless the stream names it. */
  readonly name: string;
  readonly data: Line;
}

/** Reads the events of a stream from a copy of its bytes. */
export class EventReader implements BodySink {
  /** Whether events had ids, by which a client can come back for those that it missed. */
  hasIds = false;
  private name = 'message';
  private data: Line[] = [];
  private bytes = 0;
  private readonly lines: LineSplitter;

  /** @param limit bytes of an event that are kept whole; of what is longer only the ends are read */
  constructor(
    private readonly onEvent: (event: ServerEvent) => void,
    private readonly onLost: () => void,
    limit: () => number,
    budget: Budget,
  ) {
    this.lines = new LineSplitter((line) => this.line(line), limit, budget);
  }

  write(chunk: Buffer): boolean {
    this.lines.write(chunk);
    return true;
  }

  /** The event that is being read can't be. */
  lose(): void {
    this.reset();
    this.onLost();
  }

  /** An event that its stream did not finish is none. */
  end(): void {}

  drop(): void {
    this.lines.drop();
    this.reset();
  }

  private line(line: Line): void {
    this.bytes += line.bytes;
    const { whole } = line;
    // All that is this long is data.
    if (whole === undefined) this.datum(line);
    // Where lines end in a carriage return alone, several come as one.
    else for (const one of linesOf(whole)) this.field(one);
  }

  private field(line: Buffer): void {
    if (line.length === 0) this.dispatch();
    else if (line.indexOf(DATA) === 0) this.datum(new Line([line], line.length, false));
    else if (startsWith(line, 'event:')) this.name = fieldValue(line.toString(), 'event:');
    else if (startsWith(line, 'id:')) this.hasIds = true;
  }

  private datum(line: Line): void {
    const { head } = line;
    if (head.indexOf(DATA) !== 0) this.lose();
    else this.data.push(line.after(head[DATA.length] === SPACE ? DATA.length + 1 : DATA.length));
  }

  private dispatch(): void {
    const { name, data, bytes } = this;
    this.reset();
    const [first, second] = data;
    if (first === undefined) return;
    if (second === undefined) this.onEvent({ name, data: first });
    else if (bytes > MAX_BYTES) this.onLost();
    else this.onEvent({ name, data: joined(data) });
  }

  private reset(): void {
    this.name = 'message';
    this.data = [];
    this.bytes = 0;
  }
}

function linesOf(bytes: Buffer): Buffer[] {
  const end = bytes.indexOf(CARRIAGE_RETURN);
  if (end < 0) return [bytes];
  if (end === bytes.length - 1) return [bytes.subarray(0, end)];
  const lines = [];
  let start = 0;
  for (let at = end; at >= 0; at = bytes.indexOf(CARRIAGE_RETURN, start)) {
    lines.push(bytes.subarray(start, at));
    start = at + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}

function joined(lines: readonly Line[]): Line {
  const text = lines.map(({ whole }) => whole?.toString()).join('\n');
  const bytes = Buffer.from(text);
  return new Line([bytes], bytes.length, false);
}

function startsWith(line: Buffer, field: string): boolean {
  return line.toString('latin1', 0, field.length) === field;
}

function fieldValue(text: string, field: string): string {
  return text.startsWith(`${field} `) ? text.slice(field.length + 1) : text.slice(field.length);
}
