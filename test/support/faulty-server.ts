import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { body, HEADERS, listen, type Stream } from '../integration/http/requests.js';
import { connectClient } from './http-server.js';
import { until } from './until.js';

/** A server in its own process, under load. Its ports stay the same after a restart. */
export class FaultyServer {
  private readonly children = new Children(() => {});
  private readonly loads = new Set<Promise<void>>();
  private readonly ended = new AbortController();
  private child: ChildProcess | undefined;

  private constructor(
    private readonly mcpPort: number,
    private readonly metricsPort: number,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  static async start(variables: Readonly<Record<string, string>> = {}): Promise<FaultyServer> {
    const server = new FaultyServer(await freePort(), await freePort(), variables);
    await server.start();
    return server;
  }

  get target(): string {
    return `127.0.0.1:${this.metricsPort}`;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  async start(): Promise<void> {
    const env = {
      ...process.env,
      ...this.variables,
      MCP_PORT: `${this.mcpPort}`,
      PMCP_METRICS_PORT: `${this.metricsPort}`,
      OPTIONS: JSON.stringify({ connections: { limit: 10 } }),
    };
    const args = ['test/fixtures/faulty-server.mjs'];
    this.child = this.children.start('The server', process.execPath, args, { env, stdio: 'ignore' });
    const url = `http://${this.target}/health/live`;
    await until(async () => (await fetch(url).catch(() => undefined))?.ok ?? false);
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Calls a tool once. */
  async call(name: string): Promise<void> {
    const client = await connectClient(this.url);
    await client.callTool({ name, arguments: {} });
    await client.close();
  }

  /** Sets a state that a test needs, such as rejecting all requests. */
  async set(what: string): Promise<void> {
    const { ok } = await fetch(new URL(`/set/${what}`, this.url));
    if (!ok) throw new Error(`Expected the faulty server to know ${what}, but it does not`);
  }

  /** Calls the tool that asks its user, or answers for the user. */
  ask(inputResponses?: object): Promise<void> {
    const params = { name: 'ask', arguments: {}, ...(inputResponses && { inputResponses }) };
    return this.about('ask', 'tools/call', params);
  }

  /** Calls the tool whose call becomes a task. */
  beginTask(taskId: string): Promise<void> {
    return this.about('report', 'tools/call', { name: 'report', arguments: { taskId } });
  }

  askForTask(taskId: string): Promise<void> {
    return this.about(taskId, 'tasks/get', { taskId });
  }

  /** Sends a message of protocol 2026-07-28, and what it is about as a header, from a client that can ask its user. */
  private about(name: string, method: string, params: object): Promise<void> {
    const message = body(method, params);
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
    const _meta = { ...message.params._meta, ...capabilities };
    const headers = { 'mcp-method': method, 'mcp-name': name };
    return this.post({ ...message, params: { ...message.params, _meta } }, headers);
  }

  /** Sends one message without changes. */
  async post(message: object, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const init = { method: 'POST', headers: { ...HEADERS, ...headers }, body: JSON.stringify(message) };
    await (await fetch(this.url, init)).text();
  }

  /**
   * Opens this many subscription streams, once there is room for them, and returns a function that ends them.
   */
  async subscribe(count: number): Promise<() => void> {
    const streams = await Promise.all(Array.from({ length: count }, (_, id) => this.openStream(id)));
    return () => {
      for (const stream of streams) stream.leave();
    };
  }

  /** Requests a subscription stream while there is no room, so that it is rejected. */
  async askForStream(): Promise<void> {
    const { response } = await listen(this.url, 1);
    const answer = await response.text();
    if (!answer.includes('limit reached')) throw new Error(`Expected a refusal, got ${answer}`);
  }

  /** Repeats an action until the returned function is called. `times` is how many run at the same time. */
  repeat(times: number, run: (server: FaultyServer) => Promise<unknown>): () => Promise<void> {
    const stop = new AbortController();
    const loops = Array.from({ length: times }, async () => {
      while (!stop.signal.aborted && !this.ended.signal.aborted) {
        await run(this).catch(() => {});
        await delay(50);
      }
    });
    return async () => {
      stop.abort();
      await Promise.all(loops);
    };
  }

  /** Calls a tool repeatedly until the returned function is called, even if calls fail. */
  load(name: string, ms: number, pauseMs: number): () => Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.ended.signal]);
    const done = this.callUntil(signal, { name, ms, pauseMs });
    this.loads.add(done);
    return async () => {
      stop.abort();
      await done;
    };
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.children.stop();
    await Promise.all(this.loads);
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.mcpPort}/mcp`);
  }

  private async openStream(id: number): Promise<Stream> {
    const end = performance.now() + 30_000;
    while (performance.now() < end) {
      const stream = await listen(this.url, id);
      if (stream.response.headers.get('content-type')?.includes('event-stream')) return stream;
      await stream.response.text();
      // So rarely that it does not look like many rejected clients.
      await delay(1_000);
    }
    throw new Error('Expected room for a subscription stream within 30 s, but there was none');
  }

  private async callUntil(signal: AbortSignal, call: Call): Promise<void> {
    let client: Client | undefined;
    while (!signal.aborted) {
      try {
        client ??= await connectClient(this.url);
        await client.callTool({ name: call.name, arguments: { ms: call.ms } });
      } catch {
        // The server is down, as the test intends.
        client = undefined;
      }
      await delay(call.pauseMs, undefined, { signal }).catch(() => {});
    }
    await client?.close();
  }
}

interface Call {
  readonly name: string;
  readonly ms: number;
  readonly pauseMs: number;
}
