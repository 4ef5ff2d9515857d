import { type Budget, indexOf, Line, LineSplitter } from '../lines.js';
import type { BodySink } from './body.js';

/** The limit for data in several lines, which is read in full or not at all. */
const MAX_BYTES = 1 << 20;
/** The limit for the lines of one event, since each line costs more than its bytes. */
const MAX_LINES = 1_024;

const CARRIAGE_RETURN = 0x0d;
const DATA = Buffer.from('data:');
const EVENT = Buffer.from('event:');
const ID = Buffer.from('id:');
const SPACE = 0x20;

/** One event of a server-sent stream. */
export interface ServerEvent {
  /** `message` if the stream gives no name. */
  readonly name: string;
  readonly data: Line;
}

/** Reads the events of a stream from a copy of its bytes. */
export class EventReader implements BodySink {
  /** Whether events had ids, which allow a client to get the events that it missed. */
  hasIds = false;
  private name = 'message';
  private data: Line[] = [];
  private bytes = 0;
  /** How many bytes of the budget the lines take that wait for the end of their event. */
  private held = 0;
  /** Whether the rest of the current event is skipped. */
  private isLost = false;
  private readonly lines: LineSplitter;

  /** @param limit how many bytes of an event are kept whole; of a longer one only the ends are read */
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

  /** The current event can't be read. */
  lose(): void {
    this.reset();
    this.onLost();
  }

  /** An event without its end does not count. */
  end(): void {}

  drop(): void {
    this.lines.drop();
    this.reset();
  }

  private line(line: Line): void {
    this.bytes += line.bytes;
    const { whole } = line;
    // Only data is this long.
    if (whole === undefined) this.datum(line);
    else if (indexOf(whole, CARRIAGE_RETURN, 0) < 0) this.field(whole);
    // If lines end only in a carriage return, several come as one.
    else for (const one of linesOf(whole)) this.field(one);
  }

  private field(bytes: Buffer): void {
    if (bytes.length === 0) this.dispatch();
    else if (startsWith(bytes, DATA)) this.isLost || this.datum(new Line([bytes], bytes.length, false));
    else if (startsWith(bytes, EVENT)) this.name = fieldValue(bytes.toString(), 'event:');
    else if (startsWith(bytes, ID)) this.hasIds = true;
  }

  private datum(line: Line): void {
    if (this.isLost) return;
    const { head } = line;
    const { data } = this;
    if (!startsWith(head, DATA) || !this.hasRoomFor(line)) {
      this.skip();
      return;
    }
    const value = line.after(head[DATA.length] === SPACE ? DATA.length + 1 : DATA.length);
    // Copied if there are several, since a few waiting bytes would keep their whole chunk in memory.
    data.push(data.length > 0 ? value.copy() : value);
  }

  /** One line has its own limit. Several are held until their event ends, which may never happen. */
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

  /** Drops an event, and what is still to come of it. */
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

/** Splits at carriage returns. */
function linesOf(bytes: Buffer): Buffer[] {
  const end = bytes.indexOf(CARRIAGE_RETURN);
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

function startsWith(line: Buffer, field: Buffer): boolean {
  for (let at = 0; at < field.length; at++) if (line[at] !== field[at]) return false;
  return true;
}

function fieldValue(text: string, field: string): string {
  return text.startsWith(`${field} `) ? text.slice(field.length + 1) : text.slice(field.length);
}
