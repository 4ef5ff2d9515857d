import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { until } from '../../support/until.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');
/** Processes that are stopped after the tests of the file. */
export const children = new Children(() => {});
/** Functions that are called then. */
export const closing: (() => unknown)[] = [];
const folder = temporaryFolder('strangers');
/** A server whose clients need a token. */
export let server: HttpServer;
let alertmanager: string;

// Registered while a test file is loaded, and so for the tests of that file.
beforeAll(async () => {
  server = await startHttpServer({}, { GUARDED: 'yes' });
  const quiet = await serve((_, response) => void response.end());
  closing.push(quiet.close);
  alertmanager = quiet.url.host;
});
afterAll(async () => {
  server.child.kill();
  await children.stop();
  await Promise.all(closing.map((close) => close()));
});

/** Writes a file into the folder where the doctor is started. */
export function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
}

/** Runs the doctor with these flags. */
export async function doctor(...flags: readonly string[]) {
  const child = spawn(process.execPath, [DOCTOR, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begin = performance.now();
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err, first: out.split('\n')[0], seconds: (performance.now() - begin) / 1_000 };
}

/** Starts a Prometheus, and waits until it has scraped the targets of these jobs. */
export async function prometheus(
  jobs: string,
  rules?: string,
  more: readonly string[] = [],
): Promise<string> {
  const flags = ['--scrape.discovery-reload-interval=100ms', ...more];
  const one = await Prometheus.startWith(ruled(alertmanager, jobs, rules), children.start.bind(children), {
    files: RULES,
    flags,
  });
  const isScraped = async () => {
    const { activeTargets } = await one.api<{ activeTargets: { health: string }[] }>('targets?state=active');
    return activeTargets.length > 0 && activeTargets.every(({ health }) => health !== 'unknown');
  };
  await until(isScraped, 25_000);
  if (rules === undefined)
    await until(async () => (await one.number('count(ALERTS{alertname="Watchdog"})')) === 1, 25_000);
  return one.url;
}

/** Returns a job for its configuration. */
export const job = (target: string, more = '', name = 'pmcp') =>
  `  - { job_name: ${name}, static_configs: [{ targets: ["${target}"] }] ${more && `, ${more}`} }\n`;
/** Returns the address where Prometheus scrapes the server. */
export const adminHost = () => new URL(server.admin).host;
