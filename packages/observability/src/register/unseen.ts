import { Connection } from '../mcp/connection.js';
import type { ConnectionContext } from '../mcp/context.js';
import type { ServerInfo } from '../mcp/server.js';
import { HttpConnections } from '../proxy/http/sessions.js';
import { Observer } from '../proxy/observer.js';
import { observeStreams } from '../proxy/stdio/streams.js';
import { Clock } from './wire/clock.js';
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
  /** Whether a server, or a handler that creates servers, was found. */
  readonly isSeen: boolean;
  /** There is a server that was not found. @throws if the toolkit can't be created */
  prepare(): void;
  /** It will be observed by its messages. */
  hear(way: Way): ConnectionContext;
  introduced(server: ServerInfo): void;
  /** Resolves when it is decided how requests are traced. Never rejects. */
  ready(): Promise<void>;
  info(text: string): void;
  warn(text: string): void;
  /** Observing failed. */
  failed(): void;
}

/**
 * Notices MCP traffic in a process in which no server was found, and observes it from outside like the proxy does. If that is
 * not possible, it warns once: a metrics page without the requests would be worse than none.
 */
export function noticeUnseen(toolkit: Toolkit): void {
  new Unseen(toolkit);
}

class Unseen {
  private readonly clock = new Clock();
  private readonly http: HttpWire;
  private readonly stdio: StdioWire;
  private isDecided = false;

  constructor(private readonly toolkit: Toolkit) {
    this.http = new HttpWire({
      isSeen: () => toolkit.isSeen,
      answered: (isStreamable) => this.decide('http', isStreamable),
      failed: () => toolkit.failed(),
    });
    this.stdio = new StdioWire(() => this.decide('stdio', this.stdio.isHeard));
  }

  /** A client got an answer, so the server was found by now if it can be found at all. */
  private decide(way: Way, isHeard: boolean): void {
    if (this.isDecided) return;
    this.isDecided = true;
    const { toolkit } = this;
    try {
      const hears = isHeard && !toolkit.isSeen;
      if (!hears || way === 'stdio') this.http.close();
      if (!hears || way === 'http') this.stdio.close();
      if (!toolkit.isSeen) toolkit.prepare();
      if (hears) this.hear(way);
      else if (!toolkit.isSeen) toolkit.warn(`${WHY}${WAYS[way]}${LINE}`);
    } catch {
      toolkit.failed();
    }
  }

  private hear(way: Way): void {
    const { toolkit, clock, http, stdio } = this;
    const context = toolkit.hear(way);
    const introduced = (server: ServerInfo) => toolkit.introduced(server);
    if (way === 'http') http.expect(new HttpConnections(context, introduced, clock), clock.set);
    else stdio.expect(() => stdioSink(context, introduced, clock), clock.set);
    toolkit.info(HEARD);
    void toolkit.ready().then(() => this.ready(way));
  }

  private ready(way: Way): void {
    try {
      this[way].hear();
    } catch {
      this.toolkit.failed();
    }
  }
}

function stdioSink(
  context: ConnectionContext,
  introduced: (server: ServerInfo) => void,
  clock: Clock,
): StdioSink {
  const connection = new Connection(context, {}, 'stdio', undefined);
  const observer = new Observer(context, connection, introduced, clock);
  observer.attempt(() => connection.started());
  return { connection, ...observeStreams(observer) };
}
