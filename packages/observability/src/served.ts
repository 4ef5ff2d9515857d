import type { ServerInfo } from './mcp/server.js';
import { type ResourceAttributes, resourceAttributes } from './resource.js';

/** Who is observed: the first server that connected gives telemetry its name. */
export class Served {
  private server: ServerInfo | undefined;

  /** @param onChange called when telemetry has another name from now on */
  constructor(private readonly onChange: () => void) {}

  /** A server is about to have connections. */
  connecting(info: ServerInfo): void {
    if (!this.server) this.name(info);
  }

  /** A server that is somewhere else has said who it is. */
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
