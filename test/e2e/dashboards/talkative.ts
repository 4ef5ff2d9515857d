import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { Visited } from './visited.js';

/** A server that asks its clients back, over HTTP and without, has a limit and more tools than are kept apart, and whose health is asked for. */
export class Talkative {
  private readonly toolkit: Observability = createObservability({
    metrics: { port: false, maxNames: 2 },
    connections: { limit: 10 },
    shutdown: { onSigterm: false },
  });
  private readonly http: HttpServer = createServer((request, response) =>
    this.toolkit.handler(request, response),
  );
  private readonly visited = new Visited(this.toolkit);
  private readonly stopping = new AbortController();

  /** Where it can be scraped, as `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    await this.visited.start();
    void this.talk();
  }

  async stop(): Promise<void> {
    await this.visited.stop();
    this.stopping.abort();
    this.http.close();
    this.http.closeAllConnections();
  }

  private async talk(): Promise<void> {
    for (let turn = 0; !this.stopping.signal.aborted; turn++) {
      await this.visit(turn);
      await this.toolkit.health.report();
      await delay(200, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  private async visit(turn: number): Promise<void> {
    const client = new Client({ name: 'talker', version: '1' }, { capabilities: { sampling: {} } });
    client.setRequestHandler('sampling/createMessage', () => {
      return { role: 'assistant', model: 'm', content: { type: 'text', text: '' } };
    });
    const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
    await this.toolkit.observe(asking()).connect(serverSide);
    await client.connect(clientSide);
    await client.callTool({ name: `tool_${turn}` });
    await client.close();
  }
}

function asking(): Server {
  const server = new Server({ name: 'talkative', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/call', async (_, { mcpReq }) => {
    await mcpReq.requestSampling({ messages: [], maxTokens: 1 });
    return { content: [] };
  });
  return server;
}
