import type { Duration } from '../promql.js';

/** How often targets are scraped unless something else is asked for. */
export const SCRAPE_INTERVAL = '30s';

/** Everything that one Prometheus is told; what is left out is not in the file. */
export interface Options {
  /** How often targets are scraped; `30s` if not given. */
  readonly interval?: Duration;
  /** How long a scrape may take; `10s` if not given. */
  readonly timeout?: Duration;
  /** How often rules are evaluated; as targets are scraped, if not given. */
  readonly evaluationInterval?: Duration;
  /** Which Prometheus it was, for those who gather the data of several. */
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Paths of rule files; `*` in the last part of a path. */
  readonly ruleFiles?: readonly string[];
  /** Where Alertmanagers listen, as `host:port`. */
  readonly alertmanagers?: readonly string[];
  /** What the servers ask of who scrapes them; nothing if not given. */
  readonly servers?: ServersAccess;
  readonly kubernetes?: Kubernetes;
  readonly neighbours?: Readonly<Partial<Record<NeighbourName, Places>>>;
  readonly targets?: readonly StaticTargets[];
  readonly files?: readonly FileTargets[];
  readonly docker?: Docker;
  readonly remoteWrite?: readonly RemoteWrite[];
  /** A Thanos sidecar uploads the blocks: needs external labels that tell this Prometheus from all others. */
  readonly thanos?: boolean;
  /** Scrapes and forwards, and stores nothing: needs `remoteWrite`, knows no rules and no alerts. */
  readonly agent?: boolean;
  /** The address on which Prometheus itself listens, as `host:port`; port 9090 of every interface if not given. */
  readonly listen?: string;
  /** How many exemplars are kept in memory. */
  readonly exemplars?: number;
  /** What becomes of histograms; `classic` if not given, which Prometheus 2 knows too. The others need Prometheus 3.8. */
  readonly histograms?: ScrapedHistograms;
  /** Keeps the classic series of all histograms beside native ones, for as long as something reads them. */
  readonly keepClassicHistograms?: boolean;
  /** Takes metrics over OTLP too, at `/api/v1/otlp/v1/metrics`; Prometheus 3 does. */
  readonly otlp?: boolean;
}

/**
 * A series for each bucket; or one for each histogram: `nhcb` with the buckets that a page has, of any server; `native` with the
 * exponential ones of servers that have them, and otherwise as `nhcb`. Rules and dashboards have to be written for `native` then.
 */
export type ScrapedHistograms = (typeof SCRAPED_HISTOGRAMS)[number];

export const SCRAPED_HISTOGRAMS = ['classic', 'nhcb', 'native'] as const;

/** The other half of the servers' own settings: `metrics.tls` and `metrics.auth`. */
export interface ServersAccess {
  /** Scrapes over TLS. */
  readonly tls?: {
    /** Who has to have signed what the servers show; the system's authorities if not given. */
    readonly caFile?: string;
    /** What Prometheus shows, where the servers ask for it. */
    readonly certFile?: string;
    readonly keyFile?: string;
    /** The name that certificates have to bear; pods are scraped by their addresses, which certificates seldom do. */
    readonly serverName?: string;
  };
  readonly bearerTokenFile?: string;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  /**
   * For the operator, which takes secrets from the cluster: a Secret beside the monitor with `ca.crt`, `tls.crt`, `tls.key`, `token`, `username`
   * and `password`, of which those are used that the options above speak of. `pmcp-scrape` if not given.
   */
  readonly secret?: string;
}

/** The job of the servers, unless another is asked for. */
export const SERVERS_JOB = 'pmcp';

/** Where the toolkit listens unless it is told otherwise. */
export const DEFAULT_PORT = 9090;

/** Pods that are annotated with `prometheus.io/scrape: "true"`. */
export interface Kubernetes {
  /** `pmcp` if not given. */
  readonly job?: string;
  /** Only these; all if not given. */
  readonly namespaces?: readonly string[];
  /** Only pods with these labels, as `kubectl get pods -l` has it: `app=notes,tier!=test`. */
  readonly selector?: string;
  /** Where pods are scraped that have no annotation `prometheus.io/port`; 9090 if not given. */
  readonly port?: number;
  /** Of the API; needed outside of the cluster only. */
  readonly apiServer?: string;
  /** Takes any certificate from kubelets, whose own ones nobody has signed in a cluster of kubeadm. */
  readonly kubeletInsecure?: boolean;
}

/** What a PMCP deployment has beside it. */
export type NeighbourName =
  | 'kubeStateMetrics'
  | 'cadvisor'
  | 'redis'
  | 'postgres'
  | 'ingressNginx'
  | 'node'
  | 'collector'
  | 'prometheus'
  | 'alertmanager';

/** Found in Kubernetes by their usual labels, or where they listen, as `host:port`. */
export type Places = 'kubernetes' | readonly string[];

export interface StaticTargets {
  readonly job: string;
  /** As `host:port`. */
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Targets that files list, read again when they change: for stdio servers on one host, say. */
interface FileTargets {
  readonly job: string;
  /** Ending in .json, .yml or .yaml; `*` in the last part of a path. */
  readonly paths: readonly string[];
}

/** Containers that are labelled with `prometheus.io/scrape=true`. */
export interface Docker {
  /** `pmcp` if not given. */
  readonly job?: string;
  /** The local socket if not given. */
  readonly host?: string;
  /** Where containers are scraped that have no label `prometheus.io/port`; 9090 if not given. */
  readonly port?: number;
  /** The network by which Prometheus reaches them; needed where a container has several. Prometheus 2.54. */
  readonly network?: string;
}

/** Mimir, Thanos Receive, or anything else that takes remote write. */
export interface RemoteWrite {
  readonly url: string;
  /** Tells it from others in Prometheus' own metrics. */
  readonly name?: string;
  /** Such as the tenant: `X-Scope-OrgID`. A secret belongs in a file. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  readonly bearerTokenFile?: string;
  readonly queue?: Queue;
  /** What happens to a series before it is sent. */
  readonly relabel?: readonly RelabelRule[];
  readonly exemplars?: boolean;
}

export interface Queue {
  /** Samples that wait in memory, for each shard. */
  readonly capacity?: number;
  readonly minShards?: number;
  readonly maxShards?: number;
  readonly maxSamplesPerSend?: number;
  readonly batchSendDeadline?: Duration;
  readonly minBackoff?: Duration;
  readonly maxBackoff?: Duration;
}

/** A rule as Prometheus has it. */
export interface RelabelRule {
  readonly action?:
    | 'replace'
    | 'keep'
    | 'drop'
    | 'keepequal'
    | 'dropequal'
    | 'labelmap'
    | 'labeldrop'
    | 'labelkeep';
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}
