import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { secondsOf, spoken } from '../../facts/duration.js';
import { ourRules, query, type Rule } from '../../facts/prometheus.js';
import { runtime } from '../../facts/prometheus-api.js';
import {
  enabledFeatures,
  type HistogramOptions,
  itsOwnPage,
  prometheusConfig,
} from '../../facts/prometheus-state.js';
import { type Sample, total } from '../../facts/samples.js';
import { prometheusCheck } from './define.js';

export const retentionCoversWindows = prometheusCheck({
  code: 'PMCP-D130',
  title: 'Prometheus keeps data for as long as the rules look back.',
  why: 'An error budget over 30 days that has 15 days of data is a budget over 15 days: it looks better than it is, or worse.',
  cure: 'Start Prometheus with `--storage.tsdb.retention.time=35d`, and give it the disk for that; or make the period of the SLOs shorter.',
  severity: 'fail',
  rights: 'GET of `/api/v1/status/runtimeinfo`, `/api/v1/rules` and `/metrics`.',
  after: ['PMCP-D104'],
  async run(context) {
    const [{ storageRetention }, rules] = await Promise.all([context.get(runtime), context.get(ourRules)]);
    const kept = secondsOf(storageRetention.split(' ')[0] ?? '');
    const longest = Math.max(...rules.flatMap(({ query }) => lookBacksOf(query)), 0);
    if (kept > 0 && kept < longest)
      return [{ found: `Prometheus keeps ${spoken(kept)}, and rules look back ${spoken(longest)}` }];
    return cutBySize(await context.get(itsOwnPage).catch(() => []), storageRetention, longest);
  },
});

/** Returns how many seconds before its evaluation every range in a query begins: a month may be two ranges that lie end to end. */
function lookBacksOf(expression: string): number[] {
  return [...expression.matchAll(/\[([\da-z]+)(?::[\da-z]*)?\](?: offset ([\da-z]+))?/g)].map(
    ([, window = '', offset = '0s']) => secondsOf(window) + secondsOf(offset),
  );
}

/** A limit by size says nothing of the time, but for what it has removed. */
function cutBySize(page: readonly Sample[], limit: string, longest: number): Finding[] {
  const removals = total(page, 'prometheus_tsdb_size_retentions_total') ?? 0;
  const oldest = total(page, 'prometheus_tsdb_lowest_timestamp_seconds');
  const has = oldest === undefined ? Number.POSITIVE_INFINITY : Date.now() / 1_000 - oldest;
  if (removals === 0 || has >= longest) return [];
  return [
    {
      found: `Prometheus has ${spoken(has)}, for its limit of size (${limit}) removed older data, and rules look back ${spoken(longest)}`,
      cure: 'Raise `--storage.tsdb.retention.size` and the disk, or keep fewer series: `topk(10, count by (__name__) ({__name__!=""}))`. Or make the period of the SLOs shorter.',
    },
  ];
}

export const nativeHistogramsAreScraped = prometheusCheck({
  code: 'PMCP-D131',
  title: 'Histograms are scraped in the form that rules and dashboards read.',
  why: 'Rules for native histograms find none where Prometheus scrapes the classic form: every latency is empty.',
  cure: 'Set `scrape_native_histograms: true` in `global` (Prometheus 3.8 and later; before that, the flag `--enable-feature=native-histograms`), or build the rules with `histograms: "classic"`.',
  severity: 'fail',
  rights: 'GET of `/api/v1/status/config`, `/api/v1/status/flags`, `/api/v1/rules` and `/api/v1/query`.',
  after: ['PMCP-D104'],
  async run(context) {
    const rules = await context.get(ourRules);
    // The classic form has a suffix: _bucket, _sum, _count.
    const isNative = rules.some(({ query }) => /\bpmcp_request_duration_seconds(?=[{[])/.test(query));
    return isNative ? jobsWithoutNative(context) : jobsWithoutClassic(context, rules);
  },
});

async function jobsWithoutNative(context: Context): Promise<Finding[]> {
  const [{ global = {}, scrape_configs = [] }, features] = await Promise.all([
    context.get(prometheusConfig),
    context.get(enabledFeatures),
  ]);
  if (features.includes('native-histograms')) return [];
  return scrape_configs
    .filter((job) => /^pmcp/.test(job.job_name) && !takesNative(global) && !takesNative(job))
    .map(({ job_name }) => ({
      found: `rules read native histograms, and job ${job_name} does not scrape them`,
    }));
}

/** What a job takes in the native form has no buckets left, unless it takes both. */
async function jobsWithoutClassic(context: Context, rules: readonly Rule[]): Promise<Finding[]> {
  if (!rules.some(({ query }) => /\bpmcp_request_duration_seconds_bucket\b/.test(query))) return [];
  const found = await query(
    context,
    'count by (job) (pmcp_request_duration_seconds{job=~"pmcp.*"}) unless on (job) pmcp_request_duration_seconds_bucket',
  );
  return found.map(({ labels }) => ({
    found: `rules read classic histograms, and job ${labels.job} scrapes native ones only`,
    cure: 'Set `always_scrape_classic_histograms: true` for the job, or build the rules with `histograms: "native"`.',
  }));
}

function takesNative(options: HistogramOptions): boolean {
  return (options.scrape_native_histograms ?? options.convert_classic_histograms_to_nhcb) === true;
}
