import type { Connection } from '../../mcp/connection.js';
import type { Tap } from '../../proxy/stdio/pump.js';
import { copied } from './copied.js';
import { whenUsed } from './standard.js';
import { tapStdin } from './stdin.js';
import { type Setting, Tape } from './tape.js';

/** How much of one line is kept, the same as in the proxy. */
const MAX_BYTES = 1 << 20;

/** Receives what passes on stdin and stdout. */
export interface StdioSink {
  readonly connection: Connection;
  readonly client: Tap;
  readonly server: Tap;
}

/** Watches stdin and stdout. Sees each write, and changes none. */
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

  /** Whether the input was kept, so that it can be reported. */
  get isHeard(): boolean {
    return this.tape.isWhole;
  }

  /** There is a server. Its traffic is kept until it can be reported. */
  expect(begin: () => StdioSink, at: Setting): void {
    this.begin = begin;
    this.at = at;
  }

  /** Reports what was kept, and from now on everything that passes. */
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
    let restore = () => {};
    const end = whenUsed('stdout', (stream) => {
      const stdout = stream as NodeJS.WriteStream;
      const { write } = stdout;
      const watching = (...args: unknown[]): boolean => {
        this.leaves(args[0], args[1]);
        return Reflect.apply(write, stdout, args) as boolean;
      };
      stdout.write = watching as typeof write;
      restore = () => {
        // If it was wrapped again after us, the outer wrapper stays.
        if (stdout.write === watching) stdout.write = write;
      };
    });
    return () => {
      end();
      restore();
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

/** Enough characters to recognise it. SDKs write this member last, so the end of long messages is checked too. */
function head(text: string): string {
  return text.length <= 2_000 ? text : text.slice(0, 1_000) + text.slice(-1_000);
}
