import type { Context, Fact } from '../context.js';
import { isLoopback } from './loopback.js';
import { readablePage } from './metrics-page.js';
import { isServer, query, type Target, targetOf, targets } from './prometheus.js';
import { largest } from './samples.js';
import { targetByCall } from './target-by-call.js';

/** The Prometheus target of the server; undefined if there is none. */
export const ownTarget: Fact<Target | undefined> = async (context) => {
  const page = await readablePage(context);
  const all = await context.get(targets);
  if (page === undefined) return (await context.get(targetByCall)) ?? unscraped(all, context.settings.url);
  return (
    all.find(({ scrapeUrl }) => isSamePlace(new URL(scrapeUrl), page.url)) ??
    (await byStart(context, largest(page.samples, 'process_start_time_seconds'), all)) ??
    missed(all, page.url, context.settings.url)
  );
};

/** Finds a target that is down and may be the server: one with the page's port, or one at the port for clients. */
function missed(all: readonly Target[], page: URL, server: URL | undefined): Target | undefined {
  const down = all
    .filter(({ health }) => health === 'down')
    .map((target) => [target, new URL(target.scrapeUrl)] as const);
  const [found] =
    down.find(([, url]) => portOf(url) === portOf(page)) ??
    down.find(([, url]) => server !== undefined && isSamePlace(url, server)) ??
    [];
  return found;
}

/**
 * Finds the target that is down and must be the server, where its page is not found from here: one at its port for
 * clients, the only one of its host, or the first of all servers if none is scraped.
 */
function unscraped(all: readonly Target[], server: URL | undefined): Target | undefined {
  if (server === undefined) return undefined;
  const near = all.filter(({ scrapeUrl }) => isSameHost(new URL(scrapeUrl).hostname, server.hostname));
  const servers = all.filter(isServer);
  const found =
    near.find(({ scrapeUrl }) => isSamePlace(new URL(scrapeUrl), server)) ??
    only(near.filter(isServer)) ??
    only(near) ??
    (servers.some(({ health }) => health === 'up') ? undefined : servers[0]);
  return found?.health === 'down' ? found : undefined;
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

/** Whether two addresses are one, as loopback has several names. */
export function isSamePlace(one: URL, other: URL): boolean {
  return portOf(one) === portOf(other) && isSameHost(one.hostname, other.hostname);
}

function isSameHost(one: string, other: string): boolean {
  return one === other || (isHere(one) && isHere(other));
}

/** What asks for all addresses reaches this machine too. */
function isHere(host: string): boolean {
  return isLoopback(host) || host === '0.0.0.0';
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/** Finds the target by its start time, since Prometheus may use another address than the doctor. */
async function byStart(
  context: Context,
  startedAt: number,
  all: readonly Target[],
): Promise<Target | undefined> {
  if (startedAt === 0) return undefined;
  // Also where the last scrape came too late.
  const [found] = await query(context, `last_over_time(process_start_time_seconds[5m]) == ${startedAt}`);
  return found && targetOf(found.labels, all);
}
