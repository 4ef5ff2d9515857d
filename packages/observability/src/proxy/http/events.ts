import { type Budget, Line, LineSplitter } from '../lines.js';
import type { BodySink } from './body.js';

/** Of data in many lines, all is needed or nothing. */
const MAX_BYTES = 1 << 20;
/** Each line costs more than its bytes. */
const MAX_LINES = 1_024;

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
  /** Of the data that wait for the end of their event, in the budget. */
  private held = 0;
  /** Whether the event that is being read passes unseen. */
  private isLost = false;
  private readonly lines: LineSplitter;

  /** @param limit bytes of an event that are kept whole; of what is longer only the ends are read */
  constructor(
    private readonly onEvent: (event: ServerEvent) => void,
    private readonly onLost: () => void,
    limit: () => number,
    private readonly budget: Budget,
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
    if (this.isLost) return;
    const { head } = line;
    const { data } = this;
    if (head.indexOf(DATA) !== 0 || !this.hasRoomFor(line)) {
      this.skip();
      return;
    }
    const value = line.after(head[DATA.length] === SPACE ? DATA.length + 1 : DATA.length);
    // A few bytes that wait would keep all that came with them.
    data.push(data.length > 0 ? value.copy() : value);
  }

  /** One line is bounded already; several are held until their event ends, and it may have no end. */
  private hasRoomFor({ kept, isWhole }: Line): boolean {
    const [first] = this.data;
    if (first && !(isWhole && first.isWhole && this.bytes <= MAX_BYTES && this.data.length < MAX_LINES))
      return false;
    if (!this.budget.take(kept)) return false;
    this.held += kept;
    return true;
  }

  private dispatch(): void {
    const { name, data, isLost } = this;
    this.reset();
    const [first, second] = data;
    if (isLost) this.onLost();
    else if (first) this.onEvent({ name, data: second ? joined(data) : first });
  }

  /** Lets go of an event, and of what is still to come of it. */
  private skip(): void {
    this.reset();
    this.isLost = true;
  }

  private reset(): void {
    this.budget.give(this.held);
    this.held = 0;
    this.name = 'message';
    this.data = [];
    this.bytes = 0;
    this.isLost = false;
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
