import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { closed, opened } from './loopback.js';

/**
 * Reaches services by the names that they have in a cluster, for a program that runs beside it: as its HTTP proxy. A test
 * takes a service away, or puts another one in its place.
 */
export class Services {
  /** How many requests came for any service, whether it was there or not. */
  asked = 0;
  private readonly places = new Map<string, string>();
  private readonly server = createServer((incoming, response) => this.handOn(incoming, response));

  /** @returns the URL of the proxy */
  async start(): Promise<string> {
    return `http://${await opened(this.server)}`;
  }

  stop(): void {
    closed(this.server);
  }

  /** @param name such as `prometheus.monitoring.svc:9090` */
  offer(name: string, url: string): void {
    this.places.set(name, url);
  }

  takeAway(name: string): void {
    this.places.delete(name);
  }

  private handOn(incoming: IncomingMessage, response: ServerResponse): void {
    this.asked++;
    const { host, pathname, search } = new URL(incoming.url!);
    const place = this.places.get(host);
    // As a network does where nothing answers.
    if (place === undefined) return void incoming.socket.destroy();
    const { method, headers } = incoming;
    const outgoing = request(`${place}${pathname}${search}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }
}
