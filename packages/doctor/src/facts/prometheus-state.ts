import { parse } from 'yaml';
import type { Context, Fact } from '../context.js';
import { secondsOf } from './duration.js';
import { ownTarget } from './own-target.js';
import { askProgram } from './programs.js';
import { type Target, targets } from './prometheus.js';
import { flags, prometheusApi } from './prometheus-api.js';
import type { RelabelRule } from './relabel.js';
import { parseSamples, type Sample } from './samples.js';
import { discovered } from './settled.js';

export interface HistogramOptions {
  readonly scrape_native_histograms?: boolean;
  readonly convert_classic_histograms_to_nhcb?: boolean;
}

interface ScrapeConfig extends HistogramOptions {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly sample_limit?: number;
  readonly proxy_url?: string;
  readonly proxy_from_environment?: boolean;
  readonly metric_relabel_configs?: readonly RelabelRule[];
}

export interface PrometheusConfig {
  readonly global?: HistogramOptions & {
    readonly external_labels?: Readonly<Record<string, string>>;
  };
  readonly alerting?: {
    readonly alert_relabel_configs?: readonly RelabelRule[];
    readonly alertmanagers?: readonly { readonly alert_relabel_configs?: readonly RelabelRule[] }[];
  };
  readonly remote_write?: readonly { readonly url: string }[];
  readonly rule_files?: readonly string[];
  readonly scrape_configs?: readonly ScrapeConfig[];
}

/** The active configuration, as Prometheus parsed it. */
export const prometheusConfig: Fact<PrometheusConfig> = async (context) => {
  const { yaml } = await prometheusApi<{ yaml: string }>(context, 'status/config');
  return (parse(yaml) ?? {}) as PrometheusConfig;
};

/** The same, and empty where it can't be read. */
export const readableConfig: Fact<PrometheusConfig> = async (context) =>
  context.settings.prometheus ? context.get(prometheusConfig).catch(() => ({})) : {};

/** Returns the configuration of a target's job, and nothing where that can't be read. */
export async function jobOf(context: Context, { scrapePool }: Target): Promise<Partial<ScrapeConfig>> {
  const { scrape_configs = [] } = await context.get(readableConfig);
  return scrape_configs.find(({ job_name }) => job_name === scrapePool) ?? {};
}

/** The value of `--enable-feature`. */
export const enabledFeatures: Fact<string> = async (context) =>
  (await context.get(flags))['enable-feature'] ?? '';

/** For how many seconds a query sees the last sample of a series. */
export const lookback: Fact<number> = async (context) =>
  secondsOf((await context.get(flags))['query.lookback-delta'] ?? '5m');

export const alertmanagers: Fact<readonly { readonly url: string }[]> = async (context) => {
  await context.get(discovered);
  return (await prometheusApi<{ activeAlertmanagers: { url: string }[] }>(context, 'alertmanagers'))
    .activeAlertmanagers;
};

/** How many discovered targets each job drops. */
export const droppedCounts: Fact<Readonly<Record<string, number>>> = async (context) => {
  await context.get(discovered);
  const path = 'targets?state=dropped';
  const { droppedTargetCounts } = await prometheusApi<{ droppedTargetCounts?: Record<string, number> }>(
    context,
    path,
  );
  return droppedTargetCounts ?? {};
};

/** The metrics of Prometheus about itself. */
export const itsOwnPage: Fact<readonly Sample[]> = async (context) => {
  const { body } = await askProgram(context, 'prometheus', 'metrics');
  return parseSamples(body);
};

/** Returns the host of a store that Prometheus writes to, without the credentials that a URL may have. */
export function storeAt(url = ''): string {
  return URL.canParse(url) ? new URL(url).host : 'another store';
}

/** Returns the target of the named server, or all targets if no server is named. */
export async function targetsInQuestion(context: Context): Promise<readonly Target[]> {
  if (!context.settings.url) return context.get(targets);
  // Without a metrics page the own target is unknown. Another check reports that.
  const own = await context.get(ownTarget).catch(() => undefined);
  return own ? [own] : [];
}
