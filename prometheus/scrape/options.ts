import type { Duration } from '../promql.js';

/** How often targets are scraped by default. */
export const SCRAPE_INTERVAL = '30s';

/** The options of one Prometheus. What is not given is not in the file. */
export interface Options {
  /** How often targets are scraped; `30s` if not given. */
  readonly interval?: Duration;
  /** How long a scrape may take; `10s` if not given. */
  readonly timeout?: Duration;
  /** How often rules are evaluated; `interval` if not given. */
  readonly evaluationInterval?: Duration;
  /** Labels that identify this Prometheus where the data of several are stored together. */
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Paths of rule files. The last part of a path may contain `*`. */
  readonly ruleFiles?: readonly string[];
  /** The addresses of Alertmanagers, as `host:port`. */
  readonly alertmanagers?: readonly string[];
  /** The TLS settings and credentials for scraping the servers; none if not given. */
  readonly servers?: ServersAccess;
  readonly kubernetes?: Kubernetes;
  readonly neighbours?: Readonly<Partial<Record<NeighbourName, Places>>>;
  readonly targets?: readonly StaticTargets[];
  readonly probes?: Probes;
  readonly files?: readonly FileTargets[];
  readonly docker?: Docker;
  readonly remoteWrite?: readonly RemoteWrite[];
  /** Whether a Thanos sidecar uploads the blocks. Needs external labels that no other Prometheus has. */
  readonly thanos?: boolean;
  /** Only scrapes and forwards, and stores nothing. Needs `remoteWrite`, and cannot have rules or alerts. */
  readonly agent?: boolean;
  /** The address on which Prometheus itself listens, as `host:port`; port 9090 of every interface if not given. */
  readonly listen?: string;
  /** How many exemplars are kept in memory. */
  readonly exemplars?: number;
  /**
   * How histograms are stored; `classic` if not given, which Prometheus 2 supports too. The others need
   * Prometheus 3.8.
   */
  readonly histograms?: ScrapedHistograms;
  /** Also stores the classic series of all histograms, for as long as something reads them. */
  readonly keepClassicHistograms?: boolean;
  /**
   * Leaves out counters of tools that are still 0, such as the failures of a tool that never failed. Prometheus
   * then reads when a counter began, so the first failure is not lost. Needs native histograms, and a Prometheus
   * with the flag of the first line.
   */
  readonly omitZeros?: boolean;
  /**
   * Does not store the metrics of Node.js that no rule, no dashboard and no check of the doctor reads. Other dashboards
   * may read them.
   */
  readonly dropUnread?: boolean;
  /** Also receives metrics over OTLP, at `/api/v1/otlp/v1/metrics`. Needs Prometheus 3. */
  readonly otlp?: boolean;
}

/**
 * How histograms are stored. `classic`: a series for each bucket. The others store one series for each
 * histogram. `nhcb`: with the buckets of the scraped page, for any server. `native`: with exponential buckets
 * for servers that have them, otherwise like `nhcb`. With these two, rules and dashboards have to be written
 * for `native`.
 */
export type ScrapedHistograms = (typeof SCRAPED_HISTOGRAMS)[number];

export const SCRAPED_HISTOGRAMS = ['classic', 'nhcb', 'native'] as const;

/** The counterpart of the servers' settings `metrics.tls` and `metrics.auth`. */
export interface ServersAccess {
  /** Scrapes over TLS. */
  readonly tls?: {
    /** The authorities that must have signed the servers' certificates; those of the system if not given. */
    readonly caFile?: string;
    /** The certificate of Prometheus, for servers that require one. */
    readonly certFile?: string;
    readonly keyFile?: string;
    /**
     * The name that the servers' certificates must contain. Pods are scraped by IP address, which
     * certificates rarely contain.
     */
    readonly serverName?: string;
  };
  readonly bearerTokenFile?: string;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  /**
   * Only for the operator, which reads credentials from the cluster: the name of a Secret in the namespace of
   * the monitor. Its keys are `ca.crt`, `tls.crt`, `tls.key`, `token`, `username` and `password`. Only the
   * keys for the options above are used. `pmcp-scrape` if not given.
   */
  readonly secret?: string;
}

/** The default job of the servers. */
export const SERVERS_JOB = 'pmcp';

/** The default port of the toolkit's metrics. */
export const DEFAULT_PORT = 9090;

/** Finds pods with the annotation `prometheus.io/scrape: "true"`. */
export interface Kubernetes {
  /** `pmcp` if not given. */
  readonly job?: string;
  /** Only pods in these namespaces; all namespaces if not given. */
  readonly namespaces?: readonly string[];
  /** Only pods with these labels, in the syntax of `kubectl get pods -l`: `app=notes,tier!=test`. */
  readonly selector?: string;
  /** The port of pods without the annotation `prometheus.io/port`; 9090 if not given. */
  readonly port?: number;
  /** The URL of the Kubernetes API. Only needed outside of the cluster. */
  readonly apiServer?: string;
  /** Accepts any certificate of kubelets: in a cluster of kubeadm, they sign their own. */
  readonly kubeletInsecure?: boolean;
}

/** The systems beside the servers in a PMCP deployment. */
export type NeighbourName =
  | 'kubeStateMetrics'
  | 'cadvisor'
  | 'redis'
  | 'postgres'
  | 'ingressNginx'
  | 'envoyGateway'
  | 'istio'
  | 'nginxGatewayFabric'
  | 'agentgateway'
  | 'node'
  | 'collector'
  | 'prometheus'
  | 'alertmanager';

/** Addresses that serve TLS, which blackbox_exporter connects to as a client would. */
export interface Probes {
  /** The address of blackbox_exporter, as `host:port`. */
  readonly exporter: string;
  /** As `host:port`. */
  readonly targets: readonly string[];
  /** The module of blackbox_exporter; `tls` if not given. */
  readonly module?: string;
}

/** `kubernetes` finds them by their usual labels. Otherwise their addresses, as `host:port`. */
export type Places = 'kubernetes' | readonly string[];

export interface StaticTargets {
  readonly job: string;
  /** As `host:port`. */
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Targets listed in files, for example stdio servers on one host. Files are read again when they change. */
interface FileTargets {
  readonly job: string;
  /** Paths that end in .json, .yml or .yaml. The last part of a path may contain `*`. */
  readonly paths: readonly string[];
}

/** Finds containers with the label `prometheus.io/scrape=true`. */
export interface Docker {
  /** `pmcp` if not given. */
  readonly job?: string;
  /** The URL of the Docker daemon; the local socket if not given. */
  readonly host?: string;
  /** The port of containers without the label `prometheus.io/port`; 9090 if not given. */
  readonly port?: number;
  /**
   * The network over which Prometheus reaches containers. Needed if a container has several. Needs Prometheus
   * 2.54.
   */
  readonly network?: string;
}

/** Mimir, Thanos Receive, or another receiver of remote write. */
export interface RemoteWrite {
  readonly url: string;
  /** Its name in Prometheus' own metrics. */
  readonly name?: string;
  /** Headers such as the tenant: `X-Scope-OrgID`. A secret belongs in a file. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  readonly bearerTokenFile?: string;
  readonly queue?: Queue;
  /** Rules that change or drop series before they are sent. */
  readonly relabel?: readonly RelabelRule[];
  readonly exemplars?: boolean;
  /**
   * The version of its protocol. If not given: 2 with `nhcb` and `native`, since 1 cannot carry converted histograms,
   * otherwise 1. A receiver that does not know version 2 refuses all samples.
   */
  readonly version?: RemoteWriteVersion;
}

export const REMOTE_WRITE_VERSIONS = [1, 2] as const;
type RemoteWriteVersion = (typeof REMOTE_WRITE_VERSIONS)[number];

export interface Queue {
  /** How many samples may wait in memory, for each shard. */
  readonly capacity?: number;
  readonly minShards?: number;
  readonly maxShards?: number;
  readonly maxSamplesPerSend?: number;
  readonly batchSendDeadline?: Duration;
  readonly minBackoff?: Duration;
  readonly maxBackoff?: Duration;
}

/** A relabelling rule, with Prometheus' names. */
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
