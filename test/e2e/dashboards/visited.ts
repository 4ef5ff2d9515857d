import { setTimeout as delay } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Observability } from '@pmcp/observability';
import { body, HEADERS, listen, type Stream } from '../../integration/http/requests.js';
import { type Served, serve } from '../../integration/http/serve.js';
import { v2Server } from '../../integration/scenarios/v2.js';

const PAUSE_MS = 200;
/** How many streams may be open at once; the next is refused. */
const STREAMS = 3;
const SILENT = { promptsListChanged: true };

/** An MCP endpoint with every kind of traffic: clients subscribe, are asked, make tasks, and are refused. */
export class Visited {
  private readonly handler;
  private readonly stopping = new AbortController();
  /** Keeps the streams, because a stream without references is garbage-collected and ends. */
  private readonly streams: Stream[] = [];
  private served: Served | undefined;

  constructor({ observe }: Pick<Observability, 'observe'>) {
    this.handler = observe(createMcpHandler(() => observe(v2Server()), { maxSubscriptions: STREAMS }));
  }

  async start(): Promise<void> {
    this.served = await serve(toNodeHandler(this.handler) as never);
    const { url } = this.served;
    this.streams.push(await listen(url, 1), await listen(url, 2, SILENT));
    void this.receive(url);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const stream of this.streams) stream.leave();
    await this.served?.close();
  }

  private async receive(url: URL): Promise<void> {
    for (let turn = 0; !this.stopping.signal.aborted; turn++) {
      await this.visit(url, turn).catch(() => {});
      await delay(PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  private async visit(url: URL, turn: number): Promise<void> {
    const stream = await listen(url, 3);
    this.handler.notify.toolsChanged();
    await refused(url, turn);
    await asked(url, turn);
    await task(url, turn);
    stream.leave();
  }
}

/** Opens one stream too many, and sends a header that contradicts its message. */
async function refused(url: URL, turn: number): Promise<void> {
  const tooMany: Stream = await listen(url, 4);
  await tooMany.response.text();
  await post(url, body('tools/list', {}, `refused-${turn}`), 'tools/call');
}

/** Makes a call that asks its user first, who accepts or declines. */
async function asked(url: URL, turn: number): Promise<void> {
  const client = new Client(
    { name: 'visitor', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const action = turn % 2 === 0 ? 'accept' : 'decline';
  client.setRequestHandler('elicitation/create', () => ({ action }));
  await client.connect(new StreamableHTTPClientTransport(url));
  await client.callTool({ name: 'elicits', arguments: {} });
  await client.close();
}

/** Makes a call that becomes a task. Every other task ends. */
async function task(url: URL, turn: number): Promise<void> {
  const taskId = `task-${turn}`;
  const ending = turn % 2 === 0 ? 'completes' : 'goes on';
  const call = { name: 'takes-long', arguments: { key: taskId, ending } };
  await post(url, body('tools/call', call, taskId), 'tools/call', 'takes-long');
  await post(url, body('tasks/get', { taskId }, `get-${turn}`), 'tasks/get', taskId);
}

async function post(url: URL, message: object, method: string, name?: string): Promise<void> {
  const headers = { ...HEADERS, 'mcp-method': method, ...(name && { 'mcp-name': name }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
  await response.text();
}
