import { listAt, type Manifest } from './manifests.js';
import {
  type Endpoint,
  endpointsOf,
  isSelected,
  MONITOR_KINDS,
  namespaceOf,
  portAsked,
  wantedBy,
} from './monitors.js';
import { relabeled, UnknownRule } from './relabel.js';
import { readable } from './rules-among.js';
import { adminPort, type Workload } from './workloads.js';

/** The job in which a monitor has a server scraped; undefined where the manifests do not tell it. */
export interface ScrapedJob {
  readonly monitor: Manifest;
  readonly job: string | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** The jobs in which the monitors of the operator have a server scraped. */
export function scrapedJobs(server: Workload, all: readonly Manifest[]): ScrapedJob[] {
  const wanted = adminPort(server.observed);
  return all.flatMap((monitor) => {
    if (monitor.kind === 'ScrapeConfig')
      return names(monitor, server) ? [{ monitor, job: jobOfConfig(monitor) }] : [];
    if (monitor.kind === 'ConfigMap') return jobsWritten(monitor, server);
    if (!MONITOR_KINDS.includes(monitor.kind) || !isSelected(monitor, server, all)) return [];
    return endpointsOf(monitor)
      .filter((endpoint) => [undefined, wanted].includes(portAsked(monitor, endpoint, server, all)))
      .map((endpoint) => ({ monitor, job: jobOf(monitor, endpoint, server, all) }));
  });
}

/** Whether a configuration has the name of the server as a host, or as a value of its discovery. */
function names({ content }: Manifest, { manifest, labels }: Workload): boolean {
  const { metricsPath, params, staticConfigs, kubernetesSDConfigs, relabelings } = (content.spec ??
    {}) as Endpoint;
  if ((metricsPath ?? '/metrics') !== '/metrics' || params !== undefined) return false;
  const told = JSON.stringify([staticConfigs, kubernetesSDConfigs, relabelings]);
  const own = [manifest.name, labels['app.kubernetes.io/name'] ?? '', labels.app ?? ''];
  return own.some((name) => name !== '' && new RegExp(`(?<![\\w.-])${name}(?![\\w-])`).test(told));
}

function jobOfConfig(config: Manifest): string | undefined {
  const { jobName, ...spec } = (config.content.spec ?? {}) as Endpoint;
  const job = typeof jobName === 'string' ? jobName : `scrapeConfig/${namespaceIn(config)}/${config.name}`;
  const labels = (spec.staticConfigs ?? []) as readonly { readonly labels?: Labels }[];
  return labels.some((one) => one.labels?.job !== undefined) ? undefined : jobAfter(job, spec, {});
}

/** The jobs in a configuration of Prometheus that scrape a server: by its name, or as a pod that asks for it. */
function jobsWritten(monitor: Manifest, server: Workload): ScrapedJob[] {
  return jobsIn(monitor).flatMap((job) => {
    const { job_name, metrics_path, static_configs, kubernetes_sd_configs } = job;
    const relabelings = rulesOf(job.relabel_configs);
    const spec = {
      params: job.params,
      ...(metrics_path !== undefined && { metricsPath: metrics_path }),
      staticConfigs: static_configs,
      kubernetesSDConfigs: kubernetes_sd_configs,
      relabelings,
    };
    if (!names({ ...monitor, content: { spec } }, server) && !isAskedBy(job, server)) return [];
    const endpoint = { relabelings, metricRelabelings: rulesOf(job.metric_relabel_configs) };
    const labelled = JSON.stringify(static_configs ?? '').includes('"job":');
    const known = { ...ofPod(server), ...meta('pod_annotation', server.annotations) };
    return [{ monitor, job: labelled ? undefined : jobAfter(String(job_name), endpoint, known) }];
  });
}

type WrittenJob = Readonly<Record<string, unknown>>;

/** Whether it keeps the pods that have the annotation of the server. */
function isAskedBy(
  { kubernetes_sd_configs: discovered, relabel_configs: rules }: WrittenJob,
  server: Workload,
) {
  const annotation = 'prometheus.io/scrape';
  const isOfPods = /"role":"pod"/i.test(JSON.stringify(discovered ?? ''));
  const isKept = /"__meta_kubernetes_pod_annotation_prometheus_io_scrape"/.test(JSON.stringify(rules ?? ''));
  return isOfPods && isKept && server.annotations[annotation] === 'true';
}

function jobsIn({ content }: Manifest): readonly WrittenJob[] {
  return Object.values((content.data ?? {}) as object)
    .filter((text) => typeof text === 'string' && /^scrape_configs:/m.test(text))
    .flatMap((text) => listAt<WrittenJob | null>(readable(text), ['scrape_configs']))
    .filter((job) => job !== null);
}

/** The rules as the operator spells them. */
function rulesOf(rules: unknown): readonly Relabeling[] {
  return (Array.isArray(rules) ? rules : []).map(({ source_labels, target_label, ...rule }) => ({
    ...rule,
    ...(source_labels !== undefined && { sourceLabels: source_labels }),
    ...(target_label !== undefined && { targetLabel: target_label }),
  }));
}

/** Where nothing names it, whoever applies the object does. */
function namespaceIn(monitor: Manifest): string {
  return namespaceOf(monitor) ?? 'NAMESPACE';
}

function jobOf(
  monitor: Manifest,
  endpoint: Endpoint,
  server: Workload,
  all: readonly Manifest[],
): string | undefined {
  const { jobLabel, targetLabels, podTargetLabels } = (monitor.content.spec ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if ([targetLabels, podTargetLabels].flat().includes('job')) return undefined;
  const found = wantedBy(monitor, server, all)[0]!;
  const isPod = monitor.kind === 'PodMonitor';
  const own = typeof jobLabel === 'string' ? found.labels[jobLabel] : undefined;
  const job = own ?? (isPod ? `${namespaceIn(monitor)}/${monitor.name}` : found.manifest.name);
  return jobAfter(job, endpoint, {
    ...(isPod
      ? {}
      : { ...meta('service_label', found.labels), ...meta('service_name', found.manifest.name) }),
    ...ofPod(server),
  });
}

function ofPod({ labels, manifest, observed }: Workload): Labels {
  return {
    ...meta('pod_label', labels),
    ...meta('namespace', namespaceOf(manifest)),
    ...meta('pod_container_name', observed.name),
  };
}

/** Labels as the discovery gives them to targets. */
function meta(key: string, value: string | Labels | undefined): Labels {
  const name = `__meta_kubernetes_${key}`;
  if (value === undefined) return {};
  if (typeof value === 'string') return { [name]: value };
  return Object.fromEntries(
    Object.entries(value).map(([label, one]) => [`${name}_${label.replaceAll(/\W/g, '_')}`, one]),
  );
}

/** The job after relabeling; undefined where that reads labels which are not known. */
function jobAfter(job: string, endpoint: Endpoint, known: Labels): string | undefined {
  const { relabelings = [], metricRelabelings = [] } = endpoint as {
    readonly relabelings?: readonly Relabeling[];
    readonly metricRelabelings?: readonly Relabeling[];
  };
  let now: Labels | undefined = { ...known, job };
  for (const { sourceLabels = [], targetLabel, ...rule } of [...relabelings, ...metricRelabelings]) {
    if (/labelmap/i.test(rule.action ?? '') && known.__meta_kubernetes_pod_label_job) return undefined;
    if (targetLabel !== 'job') continue;
    if (now === undefined || sourceLabels.some((name) => now?.[name] === undefined)) return undefined;
    now = afterRule({ ...rule, source_labels: sourceLabels, target_label: targetLabel }, now);
  }
  return now?.job;
}

interface Relabeling {
  readonly action?: string;
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
}

function afterRule(rule: Parameters<typeof relabeled>[0], labels: Labels): Labels | undefined {
  try {
    return relabeled(rule, labels);
  } catch (error) {
    if (error instanceof UnknownRule) return undefined;
    throw error;
  }
}
