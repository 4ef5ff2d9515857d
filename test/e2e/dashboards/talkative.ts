import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import { type AdminAddress, createObservability, type Observability } from '@pmcp/observability';
import { Visited } from './visited.js';

const TOKEN = 'a-secret-of-the-gateway';

/**
 * A server that makes every optional metric: it asks its clients back, over HTTP and without; it has a limit
 * and more tools than labels are kept for; its health is checked; it keeps an audit log; and requests
 * without credentials and with wrong ones reach its admin port.
 */
export class Talkative {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-talkative-'));
  private readonly toolkit: Observability = createObservability({
    metrics: { port: 0, auth: { tokenFile: this.token() }, maxNames: 2 },
    audit: { destination: join(this.folder, 'audit.jsonl') },
    connections: { limit: 10 },
    shutdown: { onSigterm: false },
  });
  private readonly http: HttpServer = createServer((request, response) => {
    // A gateway that has the credentials adds them.
    request.headers.authorization = `Bearer ${TOKEN}`;
    this.toolkit.handler(request, response);
  });
  private readonly visited = new Visited(this.toolkit);
  private readonly stopping = new AbortController();
  private admin: AdminAddress | undefined;

  /** Where it can be scraped without credentials, as `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    this.admin = await this.toolkit.listen();
    await this.visited.start();
    void this.talk();
  }

  async stop(): Promise<void> {
    await this.visited.stop();
    this.stopping.abort();
    this.http.close();
    this.http.closeAllConnections();
    await this.toolkit.shutdown();
    rmSync(this.folder, { recursive: true });
  }

  private token(): string {
    const file = join(this.folder, 'token');
    writeFileSync(file, TOKEN);
    return file;
  }

  private async talk(): Promise<void> {
    for (let turn = 0; !this.stopping.signal.aborted; turn++) {
      await this.visit(turn);
      await this.toolkit.health.report();
      for (const headers of [{}, { authorization: 'Bearer guessed' }]) {
        await (await fetch(`http://127.0.0.1:${this.admin?.port}/metrics`, { headers })).text();
      }
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
