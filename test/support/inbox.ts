import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { until } from './until.js';

/** An alert in a message of Alertmanager. */
export interface Delivered {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>> & { readonly alertname: string };
  readonly annotations: Readonly<Record<string, string>>;
}

/** A webhook that receives the alerts of Alertmanager. */
export class Inbox {
  private readonly delivered: Delivered[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Inbox> {
    const server = createServer();
    const inbox = new Inbox(server);
    server.on('request', async (request, response) => {
      const { alerts } = (await json(request)) as { alerts: Delivered[] };
      inbox.delivered.push(...alerts);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return inbox;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** All alerts that were delivered, except the Watchdog. */
  get alerts(): readonly Delivered[] {
    return this.delivered.filter(({ labels }) => labels.alertname !== 'Watchdog');
  }

  /** How often the Watchdog was delivered. */
  get heartbeats(): number {
    return this.delivered.length - this.alerts.length;
  }

  /** Returns the matching alerts that are delivered from now on. */
  from(belongs: (alert: Delivered) => boolean): Post {
    const before = this.alerts.length;
    return new Post(() => this.alerts.slice(before).filter(belongs));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A part of the delivered alerts. */
class Post {
  constructor(private readonly come: () => readonly Delivered[]) {}

  get alerts(): readonly Delivered[] {
    return this.come();
  }

  async waitFor(alertname: string, status: Delivered['status'], timeoutMs: number): Promise<Delivered> {
    const find = () =>
      this.alerts.find((alert) => alert.labels.alertname === alertname && alert.status === status);
    await until(() => find() !== undefined, timeoutMs).catch(() => {
      const came = this.alerts.map((alert) => `${alert.labels.alertname} ${alert.status}`);
      throw new Error(
        `Expected ${alertname} to be ${status} within ${timeoutMs} ms, but only came: ${came.join(', ')}`,
      );
    });
    return find() as Delivered;
  }
}
