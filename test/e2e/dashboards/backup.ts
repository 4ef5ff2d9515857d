import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTool } from '../../../scripts/tools/index.js';
import { run } from '../../../scripts/tools/run.js';
import { FOLDER } from '../../manifests/manifests.js';
import { type Database, host } from '../../support/database.js';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.resolve('@pmcp/observability')));

/**
 * Runs the backup of the examples, and a restore that takes no time, in the wrapper that reports results to a Pushgateway.
 * @param folder where the backups go
 */
export async function backUp(pushgateway: string, { port }: Database, folder: string): Promise<void> {
  const programs = dirname(realpathSync((await requireTool('postgres')).path));
  const backups = join(folder, 'backups');
  await mkdir(backups);
  const env = {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: 'postgres' },
    ...{ BACKUP_DIR: backups, KEEP_DAYS: '14', PATH: `${programs}:${process.env.PATH}` },
  };
  const job = (name: string, flags: readonly string[], command: readonly string[]) =>
    run(
      process.execPath,
      [CLI, 'job', `--name=${name}`, `--pushgateway=${pushgateway}`, ...flags, '--', ...command],
      { env },
    );
  await job('notes-backup', [`--size-of=${backups}`], ['/bin/sh', join(FOLDER, 'backup/backup.sh')]);
  await job('notes-restore', [], ['true']);
}
