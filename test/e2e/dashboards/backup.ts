import { fileURLToPath } from 'node:url';
import { run } from '../../../scripts/tools/run.js';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.resolve('@pmcp/observability')));

/** What the backup wrote, to be measured. */
const WRITTEN = CLI;

/** Runs a backup that takes no time, under the wrapper that tells a Pushgateway how it went. */
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
