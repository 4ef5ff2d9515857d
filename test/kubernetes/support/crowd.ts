import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const INFO = { name: 'crowd', version: '1.0.0' };
const AT_ONCE = 10;

type Leave = () => Promise<void>;

interface Inside {
  readonly host: string;
  readonly leave: Leave;
}

/** Real clients of both eras, each on the next of the pods, as a load balancer would send them. */
export class Crowd {
  private readonly inside: Inside[] = [];
  private next = 0;

  get size(): number {
    return this.inside.length;
  }

  /** How many clients each pod has, by its address. */
  get places(): Readonly<Record<string, number>> {
    const places: Record<string, number> = {};
    for (const { host } of this.inside) places[host] = (places[host] ?? 0) + 1;
    return places;
  }

  /** Opens sessions of protocol 2025-11-25. */
  sessions(count: number, urls: readonly URL[]): Promise<void> {
    return this.come(count, urls, openSession);
  }

  /** Opens subscription streams of protocol 2026-07-28. */
  subscriptions(count: number, urls: readonly URL[]): Promise<void> {
    return this.come(count, urls, subscribe);
  }

  /** Lets all clients go. */
  async leave(): Promise<void> {
    await inTurns(this.inside.splice(0), ({ leave }) => leave());
  }

  private async come(count: number, urls: readonly URL[], open: (url: URL) => Promise<Leave>): Promise<void> {
    const places = Array.from({ length: count }, () => urls[this.next++ % urls.length]!);
    await inTurns(places, async (url) => {
      this.inside.push({ host: url.hostname, leave: await open(url) });
    });
  }
}

async function openSession(url: URL): Promise<Leave> {
  const client = new Client(INFO, { versionNegotiation: { mode: 'legacy' } });
  const transport = new StreamableHTTPClientTransport(url);
  await client.connect(transport);
  return async () => {
    await transport.terminateSession();
    await client.close();
  };
}

async function subscribe(url: URL): Promise<Leave> {
  const client = new Client(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(url));
  const subscription = await client.listen({ toolsListChanged: true });
  return async () => {
    await subscription.close();
    await client.close();
  };
}

/** Runs the work on all items, on a few at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
