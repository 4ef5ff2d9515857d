import { type Line, LineSplitter } from '../lines.js';
import type { BodySink } from './body.js';

/** The longest event that is read; what is longer passes unseen. */
const MAX_BYTES = 1 << 24;

/** One event of a server-sent stream. */
export interface ServerEvent {
  /** `message` unless the stream names it. */
  readonly name: string;
  readonly data: string;
}

/** Reads the events of a stream from a copy of its bytes. */
export class EventReader implements BodySink {
  private name = 'message';
  private data: string[] = [];
  private bytes = 0;
  private readonly lines = new LineSplitter(
    (line) => this.line(line),
    () => MAX_BYTES,
  );

  constructor(
    private readonly onEvent: (event: ServerEvent) => void,
    private readonly onLost: () => void,
  ) {}

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

  private line({ whole, bytes }: Line): void {
    this.bytes += bytes;
    if (whole === undefined || this.bytes > MAX_BYTES) this.lose();
    // Where lines end in a carriage return alone, several come as one.
    else for (const text of whole.toString().replace(/\r$/, '').split('\r')) this.field(text);
  }

  private field(text: string): void {
    if (text === '') this.dispatch();
    else if (text.startsWith('data:')) this.data.push(fieldValue(text, 'data:'));
    else if (text.startsWith('event:')) this.name = fieldValue(text, 'event:');
  }

  private dispatch(): void {
    const { name, data } = this;
    this.reset();
    if (data.length > 0) this.onEvent({ name, data: data.join('\n') });
  }

  private reset(): void {
    this.name = 'message';
    this.data = [];
    this.bytes = 0;
  }
}

function fieldValue(text: string, field: string): string {
  return text.startsWith(`${field} `) ? text.slice(field.length + 1) : text.slice(field.length);
}
