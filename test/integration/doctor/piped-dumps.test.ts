import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const job = (command: string) => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: backup, namespace: shop }
spec:
  schedule: 17 2 * * *
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: backup, image: 'tools:1', command: ${command} }] } } } }
`;

const BROKEN: Readonly<Record<string, readonly (readonly [command: string, found: string])[]>> = {
  'PMCP-D449': [
    ["[sh, -c, 'pg_dump -h db notes | gzip > /backup/a.gz']", 'pg_dump into gzip'],
    ["[bash, -ec, 'set -eu; pg_dumpall -h db | zstd -o /backup/a.zst']", 'pg_dumpall into zstd'],
    ["[sh, -c, 'pg_dump notes | aws s3 cp - s3://backups/a']", 'pg_dump into aws'],
    [
      String.raw`[sh, -c, "mysqldump --all-databases \\\n  --single-transaction | gzip > /backup/a.gz"]`,
      'mysqldump into gzip',
    ],
  ],
};

describe('the doctor before a backup whose dump may fail', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([command, found]) => ({ code, command, found })),
  );
  it.concurrent.each(rows)('says $code: $found', async ({ code, command, found }) => {
    const [dump] = found.split(' ');
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + job(command), []) })).toEqual({
      [code]: [`CronJob backup pipes ${found}, and succeeds when ${dump} fails`],
    });
  });

  it.concurrent.each([
    ["[bash, -o, pipefail, -c, 'pg_dump notes | gzip > /backup/a.gz']"],
    ["[bash, -c, 'set -euo pipefail; pg_dump notes | gzip > /backup/a.gz']"],
    ["[sh, -c, 'pg_dump --format=custom --file=/backup/a notes || exit 1']"],
    ["[sh, -c, 'pg_dump --file=/backup/a notes; ls /backup | sort']"],
    ["[sh, -c, 'pg_dump notes | gzip > /backup/a.gz; test $(zcat /backup/a.gz | wc -c) -gt 1000']"],
    ['[pg_dump, --format=custom, --file=/backup/a, notes]'],
  ])('finds nothing wrong with %s', async (command) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + job(command), []) })).toEqual({});
  });
});
