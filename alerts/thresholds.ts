/** When an alert fires; every one can be set. Shares are 0 to 1, times in seconds. */
export const DEFAULT_THRESHOLDS = {
  /** Share of one tool's calls that fail. */
  toolErrorShare: 0.2,
  /** Fewer failed calls in the window say nothing. */
  toolErrorCount: 5,
  /** What a call of a tool may take; a bound of a bucket. */
  toolSeconds: 10,
  /** Share of the calls of one tool that take longer. */
  toolSlowShare: 0.05,
  /** Fewer slow calls in ten minutes say nothing: a tool that is seldom used may be slow once. */
  toolSlowCount: 5,
  clientErrorShare: 0.5,
  /** Fewer refused requests in five minutes say nothing. */
  clientErrorCount: 25,
  /** Calls of names that don't exist, in ten minutes. */
  unknownNameCount: 100,
  malformedCount: 10,
  connectionShare: 0.8,
  /** What the autoscaler aims at. */
  connectionsPerPod: 100,
  /** One pod's requests over the mean of the others. */
  podImbalance: 3,
  /** Requests a second of that pod; below, imbalance is chance. */
  podRequestRate: 1,
  eventLoopSeconds: 0.2,
  heapShare: 0.9,
  memoryShare: 0.9,
  cpuThrottledShare: 0.25,
  fileDescriptorShare: 0.8,
  diskFreeShare: 0.1,
  restartCount: 3,
  certificateDays: 14,
  postgresConnectionShare: 0.8,
  postgresLagSeconds: 30,
  postgresDeadlockCount: 3,
  redisMemoryShare: 0.9,
  redisEvictionCount: 100,
  ingressErrorShare: 0.05,
  ingressSeconds: 5,
  /** Requests that the ingress turned away, in ten minutes. */
  ingressLimitedCount: 100,
  /** Share of the HTTP requests that get 401. */
  unauthorisedShare: 0.5,
  /** Fewer of them in five minutes say nothing. */
  unauthorisedCount: 25,
  /** Share of the HTTP requests that get 403 for want of a scope. */
  scopeRefusedShare: 0.2,
  scopeRefusedCount: 15,
  /** Wrong credentials at the admin port, in ten minutes. */
  adminRefusedCount: 20,
  /** Share of the HTTP requests that get 429. */
  limitedShare: 0.05,
  limitedCount: 50,
  subscriptionShare: 0.8,
  /** Subscription streams that are refused, in ten minutes. */
  subscriptionRefusedCount: 5,
  /** Streams of a server that carry nothing. */
  silentSubscriptionCount: 1000,
  /** Fewer tasks may just take long. */
  stuckTaskCount: 3,
  /** Share of the calls that ask their user and are answered. */
  inputAnsweredShare: 0.25,
  /** Fewer calls without an answer in two hours say nothing. */
  inputAbandonedCount: 10,
  backupAgeSeconds: 26 * 3600,
  /** Of its own mean in the week before. */
  backupSizeShare: 0.5,
  backupDurationShare: 0.2,
  scrapeSeconds: 5,
  /** Series now over those of a day ago. */
  seriesGrowth: 1.5,
  /** Series below which growth is no news. */
  seriesCount: 10_000,
} as const;

export type Thresholds = { readonly [Name in keyof typeof DEFAULT_THRESHOLDS]: number };
