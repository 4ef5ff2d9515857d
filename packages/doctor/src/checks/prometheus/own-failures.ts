import { lately } from '../../facts/lately.js';
import { prometheusCheck } from './define.js';

const RIGHTS = 'GET of `/metrics` and `/api/v1/query`.';

/** What Prometheus counts about its own work, each with the words for it. All of these stay at 0 if it is well. */
const FAILURES: readonly (readonly [what: string, ...metrics: string[]])[] = [
  [
    'writes to its disk',
    'prometheus_tsdb_wal_writes_failed_total',
    'prometheus_tsdb_wal_truncations_failed_total',
    'prometheus_tsdb_head_truncations_failed_total',
    'prometheus_tsdb_checkpoint_creations_failed_total',
    'prometheus_tsdb_compactions_failed_total',
  ],
  [
    'reads of its own files, which are damaged',
    'prometheus_tsdb_wal_corruptions_total',
    'prometheus_tsdb_mmap_chunk_corruptions_total',
    'prometheus_tsdb_reloads_failures_total',
  ],
  [
    'questions for its targets',
    'prometheus_sd_kubernetes_failures_total',
    'prometheus_sd_http_failures_total',
    'prometheus_sd_file_read_errors_total',
    'prometheus_sd_dns_lookup_failures_total',
    'prometheus_sd_refresh_failures_total',
  ],
  [
    'updates of its targets',
    'prometheus_target_sync_failed_total',
    'prometheus_target_scrape_pools_failed_total',
    'prometheus_target_scrape_pool_reloads_failed_total',
  ],
];

export const itsOwnWorkSucceeds = prometheusCheck({
  code: 'PMCP-D138',
  title: 'Prometheus writes its data, and finds its targets.',
  why: 'What it cannot write is lost at the next start. Targets that it cannot ask for stay as they were: new servers are not scraped.',
  cure: 'The log of Prometheus has the error: `kubectl logs` or `journalctl -u prometheus`, lines with `level=ERROR`. Often its disk is full, or its account may not list pods.',
  severity: 'fail',
  rights: RIGHTS,
  async run(context) {
    const counted = await Promise.all(
      FAILURES.map(async ([what, ...metrics]) => ({ what, ...(await lately(context, metrics)) })),
    );
    return counted
      .filter(({ count }) => count > 0)
      .map(({ what, count, when }) => ({ found: `${count} ${what} failed ${when}` }));
  },
});
