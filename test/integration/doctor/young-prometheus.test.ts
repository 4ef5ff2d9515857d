import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis } from '../../support/doctor.js';
import { ofGeneration } from '../../support/generation.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { until } from '../../support/until.js';

const KEEPING = ['--storage.tsdb.retention.time=35d'];

let server: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;
const children = new Children(() => {});
const spawn = children.start.bind(children);

beforeAll(async () => {
  [server, alertmanager] = await Promise.all([
    startHttpServer({}, { GUARDED: 'yes' }),
    serve((_, response) => void response.end()),
  ]);
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await alertmanager.close();
});

function config(job = 'pmcp', interval = '1s'): string {
  const target = new URL(server.admin).host;
  const text = ruled(
    alertmanager.url.host,
    `  - { job_name: ${job}, static_configs: [{ targets: ["${target}"] }] }\n`,
  );
  // The older generation knows this as a flag only.
  return text.replaceAll('1s', interval).replace(/storage:.*/, '');
}

/** What the doctor says at once, of all or of a named server. */
async function asked(prometheus: string, more = {}) {
  return diagnosis({ prometheus: new URL(prometheus), ...more });
}

describe.concurrent('the doctor before a Prometheus that started a moment ago', () => {
  it.for(['2', '3'] as const)(
    'finds nothing wrong with one of generation %s',
    async (generation, { expect }) => {
      const { url } = await ofGeneration(generation, () =>
        Prometheus.startWith(config(), spawn, { files: RULES, flags: KEEPING }),
      );
      const named = { url: server.mcpUrl, admin: new URL(server.admin) };
      expect(await Promise.all([asked(url), asked(url, named)])).toEqual([{}, {}]);
    },
  );

  it('says once that it is too early where targets are scraped every minute', async ({ expect }) => {
    const { url } = await Prometheus.startWith(config('pmcp', '1m'), spawn, { files: RULES, flags: KEEPING });
    expect(await asked(url, { timeout: 5 })).toEqual({
      'PMCP-D109': [expect.stringMatching(/started or was reloaded .* ago, .* ask again in .* (s|min)$/)],
    });
  });
});

describe.concurrent('the doctor before a Prometheus that was reloaded a moment ago', () => {
  it('finds nothing wrong where just that was repaired which was wrong before', async ({ expect }) => {
    const folder = temporaryFolder('prometheus');
    const place = { folder, address: `127.0.0.1:${await freePort()}` };
    const flags = [...KEEPING, '--web.enable-lifecycle'];
    const wrong = config('mcp').replace(/alerting:.*/, '');
    const prometheus = await Prometheus.startWith(wrong, spawn, { files: RULES, flags, place });
    await until(async () => (await prometheus.number('count(pmcp_ready{job="mcp"})')) === 1);
    writeFileSync(join(folder, 'prometheus.yml'), config());
    await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
    expect(await asked(prometheus.url)).toEqual({});
  });
});
