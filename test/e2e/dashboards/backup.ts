import { fileURLToPath } from 'node:url';
import { run } from '../../../scripts/tools/run.js';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.resolve('@pmcp/observability')));

/** The file that the backup writes. Its size is measured. */
const WRITTEN = CLI;

/** Runs a backup, and a drill that restores it, which take no time, in the wrapper that reports results to a Pushgateway. */
export async function backUp(pushgateway: string): Promise<void> {
  const job = (name: string, ...flags: string[]) =>
    run(process.execPath, [
      CLI,
      ...['job', `--name=${name}`, `--pushgateway=${pushgateway}`, ...flags],
      ...['--', 'true'],
    ]);
  await job('notes-backup', `--size-of=${WRITTEN}`);
  await job('notes-restore');
}
