/** Records the scrapes of the real programs of the stage: `npx tsx test/e2e/dashboards/record.ts`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Stage } from './stage.js';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'test/fixtures/scrapes');
/** Some series appear only after an event. */
const WARM_UP_MS = 10_000;

const stage = new Stage();
try {
  await stage.start();
  await delay(WARM_UP_MS);
  for (const [name, url] of stage.pages) {
    const page = await (await fetch(url)).text();
    const anywhere = page.replaceAll(stage.folder, '/etc/prometheus').replaceAll(ROOT, '/work');
    await writeFile(join(FOLDER, `${name}.prom`), anywhere);
    process.stdout.write(`${name}: ${page.length} characters\n`);
  }
} finally {
  await stage.stop();
}
