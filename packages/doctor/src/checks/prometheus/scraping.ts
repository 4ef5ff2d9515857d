import type { Check, Finding } from '../../check.js';
import { secondsOf, spoken } from '../../facts/duration.js';
import { isServer, medianOf, ourRules, query, type Target } from '../../facts/prometheus.js';
import { lookback, targetsInQuestion } from '../../facts/prometheus-state.js';
import { prometheusCheck } from './define.js';
import { isLimit, plainly, RAISE_LIMIT } from './scrape-errors.js';

const RIGHTS = 'GET of `/api/v1/targets`.';

export const targetsAreUp = prometheusCheck({
  code: 'PMCP-D112',
  title: 'Every target can be scraped.',
  why: 'What is not scraped has no samples: no panel, no alert but that it is down, and no autoscaling.',
  cure: 'Try the address from where Prometheus runs: `curl -v ADDRESS`.',
  severity: 'fail',
  rights: RIGHTS,
  after: ['PMCP-D100', 'PMCP-D102'],
  run: async (context) => (await downTargets(context, false)).map(down),
});

export const pagesAreWithinLimits = prometheusCheck({
  code: 'PMCP-D113',
  title: 'No page is larger than Prometheus takes.',
  why: 'Of a page above a limit Prometheus takes nothing at all: the busiest server is the one that is not seen.',
  cure: RAISE_LIMIT,
  severity: 'fail',
  rights: RIGHTS,
  after: ['PMCP-D100', 'PMCP-D102'],
  run: async (context) => (await downTargets(context, true)).map(down),
});

async function downTargets(context: Parameters<Check['run']>[0], ofLimits: boolean): Promise<Target[]> {
  const all = await targetsInQuestion(context);
  return all.filter(({ health, lastError }) => health === 'down' && isLimit(lastError) === ofLimits);
}

function down({ scrapeUrl, labels, lastError }: Target): Finding {
  const { reason, ...more } = plainly(lastError, scrapeUrl);
  return { found: `job ${labels.job} can't scrape ${scrapeUrl}: ${reason}`, ...more };
}

/** The share of the scrape timeout above which a scrape may fail under load. */
const NEAR = 0.8;
/** Long enough, with enough scrapes, that those of a busy moment do not count: then it is not told. */
const WINDOW = '10m';
const SCRAPES = 5;
const USUAL = medianOf('scrape_duration_seconds', WINDOW, SCRAPES);

export const scrapesEndInTime = prometheusCheck({
  code: 'PMCP-D114',
  title: 'Scrapes end well before they are given up.',
  why: 'A scrape that takes almost as long as its timeout fails under load, exactly when you need its samples.',
  cure: 'Raise `scrape_timeout` of the job (at most `scrape_interval`), and look why the page takes so long: a CPU limit, a slow health check, too many series.',
  severity: 'warn',
  rights: 'GET of `/api/v1/targets` and `/api/v1/query`.',
  async run(context) {
    const [targets, durations] = await Promise.all([targetsInQuestion(context), query(context, USUAL)]);
    return targets
      .filter(({ health }) => health === 'up')
      .flatMap(({ scrapeUrl, scrapeTimeout, labels: { job, instance } }) => {
        const seconds = durations.find(
          ({ labels }) => labels.job === job && labels.instance === instance,
        )?.value;
        if (seconds === undefined || seconds <= NEAR * secondsOf(scrapeTimeout)) return [];
        return [
          {
            found: `scrapes of ${scrapeUrl} usually took ${seconds.toFixed(1)} s in the last ${spoken(secondsOf(WINDOW))}, and may take ${scrapeTimeout}`,
          },
        ];
      });
  },
});

export const intervalsFitRules = prometheusCheck({
  code: 'PMCP-D115',
  title: 'Servers are scraped often enough for the rules.',
  why: 'A rate needs two samples in its window. With fewer it is empty: panels have gaps, and alerts do not fire.',
  cure: 'Set `scrape_interval: 30s` for the job, or build rules for yours: `scrapeInterval` in the options of the alerts (alerts/README.md).',
  severity: 'fail',
  rights: 'GET of `/api/v1/targets`, `/api/v1/rules` and `/api/v1/status/flags`.',
  after: ['PMCP-D104'],
  async run(context) {
    const windows = (await context.get(ourRules)).flatMap(({ query }) => windowsOf(query));
    const shortest = Math.min(...windows);
    const seen = await context.get(lookback).catch(() => Number.POSITIVE_INFINITY);
    return (await targetsInQuestion(context)).filter(isServer).flatMap(({ scrapeUrl, scrapeInterval }) => {
      const scraped = `${scrapeUrl} is scraped every ${spoken(secondsOf(scrapeInterval))}`;
      if (2 * secondsOf(scrapeInterval) > shortest)
        return [{ found: `${scraped}, and rules need two samples in ${spoken(shortest)}` }];
      if (secondsOf(scrapeInterval) < seen) return [];
      return [
        {
          found: `${scraped}, and queries see a sample for ${spoken(seen)} only (--query.lookback-delta)`,
          cure: 'Start Prometheus without `--query.lookback-delta`, which then is 5 min, or with more than the scrape interval: between two scrapes every series is gone.',
        },
      ];
    });
  },
});

/** Returns the seconds of every range in a query. */
function windowsOf(expression: string): number[] {
  return [...expression.matchAll(/\[([\da-z]+)(?::[\da-z]*)?\]/g)].map(([, window = '']) =>
    secondsOf(window),
  );
}

export const pagesOfServersAreOurs = prometheusCheck({
  code: 'PMCP-D116',
  title: 'What Prometheus scrapes as MCP servers has the metrics of MCP servers.',
  why: 'A target that is up and is another program, or a server that is not observed, looks healthy and fills no panel.',
  cure: 'Call `observe(server)`, or start with `node --import @pmcp/observability/register`. If the port belongs to another program, correct the target or the annotation `prometheus.io/port`.',
  severity: 'fail',
  async run(context) {
    if (context.settings.url) return [];
    const found = await query(
      context,
      'up{job=~"pmcp.*"} == 1 unless on (job, instance) {__name__=~"pmcp_.+"}',
    );
    return found.map(({ labels }) => ({
      found: `job ${labels.job} scrapes ${labels.instance}, which has no metric of an MCP server`,
    }));
  },
});
