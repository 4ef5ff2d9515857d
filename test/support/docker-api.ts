import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A container, as a test describes it. `networks` has its address in each network. */
export interface ContainerFacts {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly number[];
  readonly networks: Readonly<Record<string, string>>;
}

/** The part of Docker's API that lists running containers and their networks. */
export class DockerApi {
  containers: readonly ContainerFacts[] = [];
  private readonly server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://api');
    response.setHeader('content-type', 'application/json');
    response.setHeader('api-version', '1.44');
    response.setHeader('ostype', 'linux');
    if (pathname.endsWith('/_ping')) response.end('OK');
    else if (pathname.endsWith('/containers/json'))
      response.end(this.list(searchParams.get('filters') ?? '{}'));
    else if (pathname.endsWith('/networks')) response.end(this.networks());
    else response.writeHead(404).end('{"message":"page not found"}');
  }

  private list(filters: string): string {
    const { label = {} } = JSON.parse(filters) as { label?: Readonly<Record<string, boolean>> };
    const wanted = Object.keys(label).map((text) => text.split('=') as [string, string?]);
    const fits = ({ labels = {} }: ContainerFacts) => wanted.every(([key, value]) => labels[key] === value);
    return JSON.stringify(this.containers.filter(fits).map(containerObject));
  }

  private networks(): string {
    const names = new Set(this.containers.flatMap(({ networks }) => Object.keys(networks)));
    return JSON.stringify(
      [...names].map((Name) => ({ Id: idOf(Name), Name, Driver: 'bridge', Scope: 'local' })),
    );
  }
}

function containerObject({ name, labels = {}, ports = [], networks }: ContainerFacts): object {
  const attached = Object.entries(networks).map(([network, IPAddress]) => [
    network,
    { NetworkID: idOf(network), IPAddress },
  ]);
  return {
    Id: idOf(name),
    Names: [`/${name}`],
    Labels: labels,
    State: 'running',
    HostConfig: { NetworkMode: Object.keys(networks)[0] },
    Ports: ports.map((PrivatePort) => ({ PrivatePort, Type: 'tcp' })),
    NetworkSettings: { Networks: Object.fromEntries(attached) },
  };
}

function idOf(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0');
}
