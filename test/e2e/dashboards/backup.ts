import { fileURLToPath } from 'node:url';
import { run } from '../../../scripts/tools/run.js';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.resolve('@pmcp/observability')));

/** The file that the backup writes. Its size is measured. */
const WRITTEN = CLI;

/** Runs a backup that takes no time, in the wrapper that reports its result to a Pushgateway. */
export async function backUp(pushgateway: string): Promise<void> {
  const job = [
    'job',
    '--name=notes-backup',
    `--pushgateway=${pushgateway}`,
    `--size-of=${WRITTEN}`,
    '--',
    'true',
  ];
  await run(process.execPath, [CLI, ...job]);
}
