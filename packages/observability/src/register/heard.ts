import { ignoreServer } from '../http/endpoint.js';
import { Connection } from '../mcp/connection.js';
import type { ConnectionContext } from '../mcp/context.js';
import type { ServerInfo } from '../mcp/server.js';
import { HttpExchange } from '../proxy/http/exchange.js';
import { HttpConnections } from '../proxy/http/sessions.js';
import { Observer } from '../proxy/observer.js';
import { observeStreams } from '../proxy/stdio/streams.js';
import type { Clock } from './wire/clock.js';
import type { HttpHearing } from './wire/exchange.js';
import type { StdioSink } from './wire/stdio.js';

type Introduced = (server: ServerInfo) => void;

/** Observes a server by its HTTP exchanges, like the proxy does. */
export function hearHttp(context: ConnectionContext, introduced: Introduced, clock: Clock): HttpHearing {
  const connections = new HttpConnections(context, introduced, clock);
  return {
    connections,
    ignore: ignoreServer,
    begin: (asking) => new HttpExchange(connections, asking),
  };
}

/** The same by what passes on stdin and stdout. */
export function hearStdio(context: ConnectionContext, introduced: Introduced, clock: Clock): StdioSink {
  const connection = new Connection(context, {}, 'stdio', undefined);
  const observer = new Observer(context, connection, introduced, clock);
  observer.attempt(() => connection.started());
  return { connection, ...observeStreams(observer) };
}
