import type { Finding } from '../../check.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** What exporters say of a store that runs, and can't put away what it has to keep. */
const FAILURES = [
  {
    // Where a segment gets through now and then, it is slow and no more.
    when: 'increase(pg_stat_archiver_failed_count[10m]) > 0 unless increase(pg_stat_archiver_archived_count[10m]) > 0',
    found: 'PostgreSQL archives no segment of its WAL: `archive_command` fails again and again',
    why: 'PostgreSQL keeps each segment until it is archived: nobody can restore to a point in time, and the disk fills until the database stops.',
    cure: 'Look into the log of PostgreSQL: it has the command and its exit code. Run it as the user of the database, and see that the place is there, writable and not full: `SELECT * FROM pg_stat_archiver`.',
  },
  {
    when: 'max_over_time(redis_rdb_last_bgsave_status[2m]) == 0',
    found: "Redis can't write its snapshot",
    why: 'Redis answers `MISCONF` to every write until a snapshot succeeds, unless `stop-writes-on-bgsave-error` is off. After a restart what came since the last one is lost.',
    cure: 'Look into the log of Redis: its folder (`redis-cli CONFIG GET dir`) is gone, full or not writable, or the machine has no memory for a fork (`vm.overcommit_memory`). Then try `redis-cli BGSAVE`.',
  },
  {
    when: 'max_over_time(redis_aof_last_write_status[2m]) == 0',
    found: "Redis can't write its append-only file",
    why: 'Redis takes no write until it can write this file.',
    cure: 'See that the disk of its folder (`redis-cli CONFIG GET dir`) has room, and is writable for Redis.',
  },
] as const;

export const storesKeepWhatTheyGet = prometheusCheck({
  code: 'PMCP-D440',
  title: 'Databases can put away what they have to keep.',
  why: 'A database that runs, and can write neither its archive nor its snapshot, looks healthy to every probe.',
  cure: 'Look into the log of the database, and at the disk of its folder.',
  severity: 'fail',
  after: ['PMCP-D100', 'PMCP-D128'],
  async run(context) {
    const found = await Promise.all(
      FAILURES.map(
        async ({ when, found, why, cure }): Promise<Finding[]> =>
          (await query(context, when)).map(({ labels }) => ({
            found: `${found} (${labels.instance}, job ${labels.job})`,
            why,
            cure,
          })),
      ),
    );
    return found.flat();
  },
});
