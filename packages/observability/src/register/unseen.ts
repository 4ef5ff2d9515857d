import { Clock } from './wire/clock.js';
import type { HttpHearing } from './wire/exchange.js';
import { HttpWire } from './wire/http.js';
import { type StdioSink, StdioWire } from './wire/stdio.js';

const WHY =
  'an MCP request was answered by a server that cannot be observed: a bundler has merged it with its SDK, and its ' +
  'requests are in no metric. ';
const WAYS = {
  http: 'In front of it, pmcp-observability proxy http --upstream URL sees them',
  stdio: 'Started by pmcp-observability proxy stdio -- COMMAND, they are seen',
} as const;
const LINE = '; so they are where the server is built with the line observe(server)';
const HEARD =
  'a bundler has merged this server with its SDK, so its messages are observed where they enter and leave the process. What its ' +
  'handlers log and trace does not know the request that it is for; built with the line observe(server), it does';

type Way = keyof typeof WAYS;

/** The toolkit for servers that are visible only by their messages. */
export interface Toolkit {
  /** There is a server that was not found. @throws if the toolkit can't be created */
  prepare(): void;
  /** It will be observed by its messages. */
  hearHttp(clock: Clock): HttpHearing;
  hearStdio(clock: Clock): () => StdioSink;
  /** Resolves when it is decided how requests are traced. Never rejects. */
  ready(): Promise<void>;
  info(text: string): void;
  warn(text: string): void;
}

interface Process {
  /** Whether a server, or a handler that creates servers, was found. */
  isSeen(): boolean;
  /** Loads it if it is not there yet. @throws if it can't be loaded */
  toolkit(): Toolkit;
  /** Observing failed. */
  failed(): void;
}

/**
 * Notices MCP traffic in a process in which no server was found, and observes it from outside like the proxy does. If that is
 * not possible, it warns once: a metrics page without the requests would be worse than none.
 */
export function noticeUnseen(process: Process): void {
  new Unseen(process);
}

class Unseen {
  private readonly clock = new Clock();
  private readonly http: HttpWire;
  private readonly stdio: StdioWire;
  private isDecided = false;

  constructor(private readonly process: Process) {
    this.http = new HttpWire({
      isSeen: () => process.isSeen(),
      answered: (isStreamable) => this.decide('http', isStreamable),
      failed: () => process.failed(),
    });
    this.stdio = new StdioWire(() => this.decide('stdio', this.stdio.isHeard));
  }

  /** A client got an answer, so the server was found by now if it can be found at all. */
  private decide(way: Way, isHeard: boolean): void {
    if (this.isDecided) return;
    this.isDecided = true;
    const { process } = this;
    try {
      const isSeen = process.isSeen();
      const hears = isHeard && !isSeen;
      if (!hears || way === 'stdio') this.http.close();
      if (!hears || way === 'http') this.stdio.close();
      if (!isSeen) this.unseen(way, hears);
    } catch {
      process.failed();
    }
  }

  private unseen(way: Way, hears: boolean): void {
    const toolkit = this.process.toolkit();
    toolkit.prepare();
    if (hears) this.hear(way, toolkit);
    else toolkit.warn(`${WHY}${WAYS[way]}${LINE}`);
  }

  private hear(way: Way, toolkit: Toolkit): void {
    const { clock, http, stdio } = this;
    if (way === 'http') http.expect(toolkit.hearHttp(clock), clock.set);
    else stdio.expect(toolkit.hearStdio(clock), clock.set);
    toolkit.info(HEARD);
    void toolkit.ready().then(() => this.ready(way));
  }

  private ready(way: Way): void {
    try {
      this[way].hear();
    } catch {
      this.process.failed();
    }
  }
}
