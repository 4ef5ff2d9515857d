import { CannotRun, NotApplicable } from '../check.js';
import type { Context, Fact } from '../context.js';
import { type Answer, ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { matchersOf, query } from './prometheus.js';
import { parseSamples, type Sample } from './samples.js';
import { authorities, authorization } from './secrets.js';
import { targetByCall } from './target-by-call.js';

/** The toolkit's default port. */
const DEFAULT_PORT = '9090';

/** The result of asking one address for metrics. */
export interface Try {
  readonly url: URL;
  /** Undefined if there was no answer. */
  readonly answer: Answer | undefined;
  readonly samples: readonly Sample[];
  readonly reason: string;
}

export interface MetricsPage {
  readonly url: URL;
  readonly answer: Answer;
  readonly samples: readonly Sample[];
}

/** Returns where the page may be: at the named address, or else on the default port or the server's own port. */
function candidates({ settings: { admin, url } }: Context): URL[] {
  if (admin) return [beside(admin, 'metrics')];
  if (!url) return [];
  const port = new URL('/metrics', url.origin);
  const standard = new URL(port);
  standard.protocol = 'http:';
  standard.port = DEFAULT_PORT;
  return [standard, port];
}

/** The results of asking all candidates. */
export const metricsTries: Fact<readonly Try[]> = async (context) => {
  const tries = await Promise.all(candidates(context).map((url) => attempt(context, url)));
  if (!context.settings.url || tries.some(isOurs) || !isSoughtElsewhere(context)) return tries;
  const scraped = await scrapedPage(context).catch(() => undefined);
  return scraped ? [...tries, scraped] : tries;
};

/** The page that Prometheus scrapes of this server, where it is the same one from here. */
async function scrapedPage(context: Context): Promise<Try | undefined> {
  const target = await context.get(targetByCall);
  // A page of federation is that of another Prometheus.
  if (target === undefined || new URL(target.scrapeUrl).pathname.endsWith('/federate')) return undefined;
  const page = await attempt(context, new URL(target.scrapeUrl));
  const [started] = await query(context, `process_start_time_seconds{${matchersOf(target)}}`);
  const isSame = page.samples.some(
    ({ name, value }) => name === 'process_start_time_seconds' && value === started?.value,
  );
  return isSame && isOurs(page) ? page : undefined;
}

async function attempt(context: Context, url: URL): Promise<Try> {
  try {
    const answer = await askAdmin(context, url);
    const samples = answer.status === 200 ? parseSamples(answer.body) : [];
    return { url, answer, samples, reason: `it answers ${answer.status}` };
  } catch (error) {
    return { url, answer: undefined, samples: [], reason: (error as Error).message };
  }
}

/** Says what each address answers. */
export function triesTold(tries: readonly Try[]): string {
  return tries.map(tryTold).join('; ');
}

function tryTold({ url, answer, reason }: Try): string {
  if (answer?.status !== 200) return `${url.href}: ${reason}`;
  return `${url.href} answers with ${answer.headers['content-type'] ?? 'no type'}, without a metric`;
}

/** The page with metrics of the toolkit, or else one with any metrics. */
export const metricsPage: Fact<MetricsPage> = async (context) => {
  const tries = await context.get(metricsTries);
  const found = tries.find(isOurs) ?? tries.find(({ samples }) => samples.length > 0);
  if (found?.answer === undefined) {
    const reason = `no metrics page of the server is found from here (${triesTold(tries)})`;
    throw isSoughtElsewhere(context)
      ? new NotApplicable(`${reason}: name it, --admin http://HOST:PORT`)
      : new CannotRun(reason);
  }
  await note(context, found.samples);
  return { url: found.url, answer: found.answer, samples: found.samples };
};

/** Returns the page, or undefined if it can be read only by Prometheus. */
export function readablePage(context: Context): Promise<MetricsPage | undefined> {
  return context.get(metricsPage).catch((error: unknown) => {
    if (error instanceof NotApplicable) return undefined;
    throw error;
  });
}

/** Tells whether the page's address was not given, but a Prometheus was named that may reach the page. */
export function isSoughtElsewhere({ settings: { admin, prometheus } }: Context): boolean {
  return admin === undefined && prometheus !== undefined;
}

export function isOurs({ samples }: Pick<MetricsPage, 'samples'>): boolean {
  return samples.some(({ name }) => name.startsWith('pmcp_'));
}

/** Reads the current page. */
export async function scrape(context: Context): Promise<readonly Sample[]> {
  const { url } = await context.get(metricsPage);
  const samples = parseSamples((await askAdmin(context, url)).body);
  await note(context, samples);
  return samples;
}

async function note(context: Context, samples: readonly Sample[]): Promise<void> {
  const starts = await context.get(processStarts);
  for (const { name, labels, value } of samples) {
    if (name !== 'process_start_time_seconds') continue;
    const worker = JSON.stringify(labels);
    starts.set(worker, (starts.get(worker) ?? new Set()).add(value));
  }
}

/**
 * When the processes started whose pages have been read until now, by the labels of the series, of which a page with
 * several workers has one for each. A series with several starts is that of processes which take turns.
 */
export const processStarts: Fact<Map<string, Set<number>>> = async () => new Map();

/** Asks the admin port, with its token if one was given. */
export function askAdmin(context: Context, url: URL): Promise<Answer> {
  const headers = authorization(context, context.settings.admin ? 'admin' : 'url');
  const isGuess = context.settings.admin === undefined && url.origin !== context.settings.url?.origin;
  // A guessed address may belong to somebody else, who must not get the token.
  return ask(url, {
    headers: isGuess ? {} : headers,
    ca: authorities(context),
    ...context.limits,
  });
}
