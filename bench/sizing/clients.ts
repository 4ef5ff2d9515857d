import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** How many clients connect at once. More would measure how many connections a machine opens in a second. */
const AT_ONCE = 20;

/** Clients that each have a session and an open stream. */
export class Clients {
  private readonly clients: Client[] = [];

  constructor(private readonly url: URL) {}

  async open(count: number): Promise<void> {
    const one = async () => {
      while (this.clients.length < count) {
        const client = new Client({ name: 'sizing', version: '1.0.0' });
        this.clients.push(client);
        await client.connect(new StreamableHTTPClientTransport(this.url) as Parameters<Client['connect']>[0]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }

  /**
   * Calls tools at a steady pace, with one client after the other, and returns how many calls were answered.
   */
  async call(perSecond: number, seconds: number): Promise<number> {
    const calls: Promise<unknown>[] = [];
    const begin = performance.now();
    for (let i = 0; i < perSecond * seconds; i++) {
      const early = begin + (i * 1000) / perSecond - performance.now();
      if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      const client = this.clients[i % this.clients.length]!;
      calls.push(client.callTool({ name: `tool_${i % 10}`, arguments: { text: 'hello' } }));
    }
    return (await Promise.all(calls)).length;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.clients.map((client) => client.close()));
  }
}
