import { CannotRun, type Check } from '../../check.js';
import type { Context } from '../../context.js';
import { readablePage } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import type { Target } from '../../facts/prometheus.js';
import { jobOf } from '../../facts/prometheus-state.js';
import { isLimit, plainly } from './scrape-errors.js';

export const targetIsUp: Check = {
  code: 'PMCP-D102',
  group: 'prometheus',
  title: 'Prometheus can scrape the server.',
  why: 'A target that is down has no samples: its panels are empty, and the autoscaler is blind.',
  cure: 'The error says why. A refused connection or a timeout is a port, a `PMCP_METRICS_HOST` on loopback, or a NetworkPolicy; 401 is missing `authorization` in the scrape configuration; 421 is a name that `PMCP_METRICS_ALLOWED_HOSTS` has to have.',
  needs: [['url', 'admin'], 'prometheus'],
  rights: 'GET of `/api/v1/targets`.',
  severity: 'fail',
  after: ['PMCP-D101'],
  async run(context) {
    const target = await context.get(ownTarget);
    if (target?.health === 'unknown')
      throw new CannotRun(
        `${target.scrapeUrl} has not been scraped yet: try again in ${target.scrapeInterval}`,
      );
    if (target?.health !== 'down') return [];
    const { reason, ...more } = plainly(target.lastError, target.scrapeUrl);
    const size = isLimit(target.lastError) ? await sizeOf(context, target) : '';
    const through = await proxyOf(context, target);
    if (through === undefined)
      return [{ found: `Prometheus can't scrape ${target.scrapeUrl}: ${reason}${size}`, ...more }];
    const found = `Prometheus can't scrape ${target.scrapeUrl} through ${through}: ${reason}${size}`;
    const answersHere = (await readablePage(context).catch(() => undefined)) !== undefined;
    return [answersHere ? { found, cure: WITHOUT_PROXY } : { found, ...more }];
  },
};

const WITHOUT_PROXY =
  'The page answers, but not by way of this proxy: take `proxy_url` off the job, name the target in its `no_proxy`, or let the proxy pass these requests on.';

/** Returns the proxy by which a job asks, in the words of its configuration. */
async function proxyOf(context: Context, target: Target): Promise<string | undefined> {
  const { proxy_url, proxy_from_environment } = await jobOf(context, target);
  if (proxy_url) return `proxy_url ${proxy_url} of the job ${target.scrapePool}`;
  return proxy_from_environment ? `the proxy of its environment` : undefined;
}

/** Says how many samples the page has, and how many the job takes, as far as both can be read. */
async function sizeOf(context: Context, target: Target): Promise<string> {
  const page = await readablePage(context).catch(() => undefined);
  if (page === undefined) return '';
  const { sample_limit: limit } = await jobOf(context, target);
  const taken = limit === undefined ? '' : `, and sample_limit of the job is ${limit}`;
  return ` (the page has ${page.samples.length} samples${taken})`;
}
