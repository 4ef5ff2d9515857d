import type { Finding } from '../../check.js';
import { listAt } from '../../facts/manifests.js';
import { podPathOf } from '../../facts/workloads.js';
import { objectCheck } from './define.js';

interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

export const failedDumpsAreNoticed = objectCheck(
  {
    code: 'PMCP-D449',
    title: 'A backup fails when its dump fails.',
    why: 'A shell takes the end of a pipe for the whole: the dump fails, `gzip` packs nothing, the job succeeds, and no alert fires.',
    cure: 'Run it with `bash -o pipefail -c`, or let the dump write its file itself: `pg_dump --format=custom --file=FILE`.',
    severity: 'fail',
  },
  ['CronJob', 'Job'],
  (job) => {
    const path = [...podPathOf(job)!, 'containers'];
    return listAt<Container>(job.content, path).flatMap(({ command = [], args = [] }, i): Finding[] => {
      const dump = unnoticedDump([...command, ...args].join(' '));
      if (dump === undefined) return [];
      return [
        {
          found: `${job.kind} ${job.name} pipes ${dump[0]} into ${dump[1]}, and succeeds when ${dump[0]} fails`,
          where: job.at([...path, i]),
        },
      ];
    });
  },
);

/** A script that looks at the result, in whatever way, may notice. */
const LOOKS =
  /pipefail|PIPESTATUS|pg_restore|(gzip|gunzip|zstd|xz) (-t|--test)|\btest\b|\[ |\bstat\b|\bwc\b|\bdu\b|\bgrep\b|\btail\b|mkfifo/;

function unnoticedDump(words: string): readonly [string, string] | undefined {
  if (LOOKS.test(words)) return undefined;
  const [, dump, next] =
    /\b(pg_dump|pg_dumpall|mysqldump|mariadb-dump|mongodump)\b[^|;&\n]*\|\s*([\w./-]+)/.exec(
      words.replaceAll('\\\n', ' '),
    ) ?? [];
  return dump === undefined || next === undefined ? undefined : [dump, next];
}
