import type { Connection } from '../../mcp/connection.js';
import type { Tap } from '../../proxy/stdio/pump.js';
import { copied } from './copied.js';
import { tapStdin } from './stdin.js';
import { type Setting, Tape } from './tape.js';

/** As much of one line as the proxy keeps. */
const MAX_BYTES = 1 << 20;

/** Who is told what passes on stdin and stdout. */
export interface StdioSink {
  readonly connection: Connection;
  readonly client: Tap;
  readonly server: Tap;
}

/** What passes on stdin and stdout. Each write passes by here, and none is changed. */
export class StdioWire {
  private readonly tape = new Tape<StdioSink>(MAX_BYTES, () => this.hear());
  private begin: (() => StdioSink) | undefined;
  private at: Setting = () => {};
  private isFirst = true;
  private isAwaited = true;
  private isOver = false;
  private readonly endStdin: () => void;
  private readonly endStdout: () => void;

  /** @param onMessage called with the first message on stdout */
  constructor(private readonly onMessage: () => void) {
    this.endStdin = tapStdin((chunk) => this.came(chunk));
    this.endStdout = this.tapStdout();
  }

  /** Whether what came in was kept, so that it can be told. */
  get isHeard(): boolean {
    return this.tape.isWhole;
  }

  /** There is a server, and all that passes is kept until it is heard. */
  expect(begin: () => StdioSink, at: Setting): void {
    this.begin = begin;
    this.at = at;
  }

  /** What is kept is told, and from now on whatever passes. */
  hear(): void {
    if (this.begin !== undefined) this.tape.play(this.begin, this.at);
  }

  close(): void {
    this.isOver = true;
    this.tape.drop();
    this.endStdin();
    this.endStdout();
  }

  private came(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) {
      this.tape.tell(({ client, connection }) => {
        client.end();
        connection.inputEnded();
      });
      return;
    }
    const bytes = Buffer.from(chunk);
    if (this.isFirst && !/^\s*\{/.test(bytes.toString('latin1', 0, 64))) this.endStdin();
    else this.tape.tell(({ client }) => client.write(bytes), bytes.length);
    this.isFirst = false;
  }

  private tapStdout(): () => void {
    const { stdout } = process;
    const { write } = stdout;
    const watching = (...args: unknown[]): boolean => {
      this.leaves(args[0], args[1]);
      return Reflect.apply(write, stdout, args) as boolean;
    };
    stdout.write = watching as typeof write;
    return () => {
      // Whoever wrapped it after us keeps what they have.
      if (stdout.write === watching) stdout.write = write;
    };
  }

  private leaves(chunk: unknown, encoding: unknown): void {
    const bytes = this.isOver ? undefined : copied(chunk, encoding);
    if (bytes === undefined) return;
    if (this.isAwaited) {
      if (!isMessage(bytes)) return;
      this.isAwaited = false;
      this.onMessage();
    }
    this.tape.tell(({ server }) => server.write(bytes), bytes.length);
  }
}

function isMessage(bytes: Buffer): boolean {
  const text = head(bytes.toString());
  return text.startsWith('{') && /"jsonrpc"\s*:\s*"2\.0"/.test(text);
}

/** Enough to know it by; SDKs put the member last, so that of long messages the end is looked at too. */
function head(text: string): string {
  return text.length <= 2_000 ? text : text.slice(0, 1_000) + text.slice(-1_000);
}
