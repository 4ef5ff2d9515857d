import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

interface Kubeconfig {
  readonly users: readonly [{ readonly user: { readonly token: string } }];
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority': string } },
  ];
}

export interface Change<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** The HTTP API of the API server, for what has to be told at once and a thousand times. */
export class Api {
  private readonly server: string;
  private readonly agent: Agent;
  private readonly token: string;

  constructor(kubeconfig: string) {
    const { users, clusters } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    this.server = clusters[0].cluster.server;
    this.token = users[0].user.token;
    this.agent = new Agent({
      ca: readFileSync(clusters[0].cluster['certificate-authority']),
      keepAlive: true,
    });
  }

  /** Sends an object, and fails if the API server refuses it. */
  async send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<void> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await this.ask(method, path, JSON.stringify(body), type);
    const said = await text(response);
    // What is gone already needs no more changes.
    if (response.statusCode !== 404 && (response.statusCode ?? 0) >= 300)
      throw new Error(`Expected ${method} ${path} to be accepted, got ${response.statusCode}: ${said}`);
  }

  /** Tells about all objects that are there, and about each change of one from then on. */
  async watch<T>(path: string, tell: (change: Change<T>) => void): Promise<() => void> {
    const response = await this.ask('GET', `${path}?watch=true&resourceVersion=0`);
    createInterface({ input: response })
      .on('line', (line) => tell(JSON.parse(line) as Change<T>))
      .on('error', () => {});
    return () => response.destroy();
  }

  close(): void {
    this.agent.destroy();
  }

  private ask(method: string, path: string, body = '', type = 'application/json'): Promise<IncomingMessage> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': type,
      // Without it Node.js sends the body of a DELETE in a way that no server can read.
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      request(`${this.server}${path}`, { method, headers, agent: this.agent }, resolve)
        .on('error', reject)
        .end(body);
    });
  }
}
