/** The limits of alerts, which can all be changed. Shares are 0 to 1, times in seconds. */
export const DEFAULT_THRESHOLDS = {
  /** The share of a tool's calls that fail. */
  toolErrorShare: 0.2,
  /** With fewer failed calls in the window, the alert stays quiet. */
  toolErrorCount: 5,
  /** How long a call of a tool may take. With classic histograms it must be the bound of a bucket. */
  toolSeconds: 10,
  /** The share of a tool's calls that take longer. */
  toolSlowShare: 0.05,
  /** With fewer slow calls in ten minutes, the alert stays quiet: a tool that is rarely used may be slow once. */
  toolSlowCount: 5,
  /** The share of requests that end with an error of the client. */
  clientErrorShare: 0.5,
  /** With fewer such requests in five minutes, the alert stays quiet. */
  clientErrorCount: 25,
  /** Calls of names that do not exist, in ten minutes. */
  unknownNameCount: 100,
  /** Messages that cannot be read, in ten minutes. */
  malformedCount: 10,
  /** The share of the connections that the server may have. */
  connectionShare: 0.8,
  /** The number of connections per pod that the autoscaler aims at. */
  connectionsPerPod: 100,
  /** How many times more requests one pod gets than the others on average. */
  podImbalance: 3,
  /** Requests a second of that pod. With fewer, the alert stays quiet. */
  podRequestRate: 1,
  /** How late the event loop may be at the 99th percentile. */
  eventLoopSeconds: 0.2,
  /** The share of the heap limit. */
  heapShare: 0.9,
  /** The share of the memory limit of a container. */
  memoryShare: 0.9,
  /** The share of periods in which a container had to wait for the CPU. */
  cpuThrottledShare: 0.25,
  /** The share of the file descriptors that a process may have. */
  fileDescriptorShare: 0.8,
  /** The share of a disk that must be free. */
  diskFreeShare: 0.1,
  /** Restarts of a server in 30 minutes. */
  restartCount: 3,
  /** Days before a certificate expires. */
  certificateDays: 14,
  /** The share of the connections that PostgreSQL may have. */
  postgresConnectionShare: 0.8,
  /** How far a replica of PostgreSQL may be behind. */
  postgresLagSeconds: 30,
  /** Deadlocks of PostgreSQL in ten minutes. */
  postgresDeadlockCount: 3,
  /** The share of the memory that Redis may use. */
  redisMemoryShare: 0.9,
  /** Keys that Redis evicts in the window. */
  redisEvictionCount: 100,
  /** The share of requests that the gateway or ingress answers with a status from 500. */
  ingressErrorShare: 0.05,
  /** How long the gateway or ingress may take to begin its answer. */
  ingressSeconds: 5,
  /** Requests that the gateway or ingress refuses because of its rate limit, in ten minutes. */
  ingressLimitedCount: 100,
  /** The share of HTTP requests that get status 401. */
  unauthorisedShare: 0.5,
  /** With fewer of them in five minutes, the alert stays quiet. */
  unauthorisedCount: 25,
  /** The share of HTTP requests that get status 403 because a scope is missing. */
  scopeRefusedShare: 0.2,
  /** With fewer of them in the window, the alert stays quiet. */
  scopeRefusedCount: 15,
  /** Wrong credentials at the admin port, in ten minutes. */
  adminRefusedCount: 20,
  /** Requests without a valid token or right, in five minutes. */
  refusedCount: 100,
  /** How many times as many as an hour and a day ago. */
  refusedFactor: 5,
  /** The share of HTTP requests that get status 429. */
  limitedShare: 0.05,
  /** With fewer of them in the window, the alert stays quiet. */
  limitedCount: 50,
  /** The share of the subscription streams that the server may have. */
  subscriptionShare: 0.8,
  /** Subscription streams that are refused, in ten minutes. */
  subscriptionRefusedCount: 5,
  /** Open subscription streams of a server that sends nothing. */
  silentSubscriptionCount: 1000,
  /** Tasks that do not end. With fewer, they may just take long. */
  stuckTaskCount: 3,
  /** The share of calls with a question to the user that get an answer. */
  inputAnsweredShare: 0.25,
  /** With fewer calls without an answer in two hours, the alert stays quiet. */
  inputAbandonedCount: 10,
  /** The age of the last good backup. */
  backupAgeSeconds: 26 * 3600,
  /** The size of a backup, as a share of the average in the week before. */
  backupSizeShare: 0.5,
  /** The duration of a backup, as a share of the average in the week before. */
  backupDurationShare: 0.2,
  /** How long ago a backup was last restored to show that it can be. */
  restoreAgeSeconds: 31 * 86_400,
  /** How long ago the doctor last ran. */
  doctorAgeSeconds: 3 * 3600,
  /** How long a scrape may take. */
  scrapeSeconds: 5,
  /** The number of series now, divided by the number a day ago. */
  seriesGrowth: 1.5,
  /** With fewer series, growth is ignored. */
  seriesCount: 10_000,
} as const;

export type Thresholds = { readonly [Name in keyof typeof DEFAULT_THRESHOLDS]: number };
