import type { ServerInfo } from './mcp/server.js';
import { type ResourceAttributes, resourceAttributes } from './resource.js';

/** The observed server. The first one that connects gives telemetry its name. */
export class Served {
  private server: ServerInfo | undefined;

  /** @param onChange called when the name in telemetry changes */
  constructor(private readonly onChange: () => void) {}

  /** A server is about to connect. */
  connecting(info: ServerInfo): void {
    if (!this.server) this.name(info);
  }

  /** A server in another process named itself. */
  introduced(info: ServerInfo): void {
    if (nameOf(info) !== undefined && nameOf(this.server) === undefined) this.name(info);
  }

  get info(): ServerInfo | undefined {
    return this.server;
  }

  get serverName(): string | undefined {
    return nameOf(this.server);
  }

  readonly resource = (): ResourceAttributes => resourceAttributes(this.server ?? {});

  private name(info: ServerInfo): void {
    this.server = info;
    this.onChange();
  }
}

function nameOf(server: ServerInfo | undefined): string | undefined {
  return typeof server?.name === 'string' ? server.name : undefined;
}
