import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { FOLDER, guarded } from '../manifests/compose.js';
import { until } from '../support/until.js';

let folder: string;
const secret = (name: string) => join(folder, 'secrets', name);
const children = new Children(() => {});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compose-guarded-'));
  cpSync(FOLDER, folder, { recursive: true, filter: (path) => !path.endsWith('secrets') });
  await promisify(execFile)(join(folder, 'certificates.sh'));
});

afterAll(async () => {
  await children.stop();
  await rm(folder, { recursive: true });
});

/** Returns the scrape jobs of the servers, with another address than that of the container. */
function configFor(port: number): string {
  const text = readFileSync(join(folder, 'guarded/prometheus.yml'), 'utf8');
  const { global, scrape_configs } = parse(text.replaceAll('/run/secrets', join(folder, 'secrets')));
  const [job] = scrape_configs.filter(({ job_name }: { job_name: string }) => job_name === 'pmcp');
  const [{ targets }] = job.static_configs;
  job.tls_config.server_name = targets[0].split(':')[0];
  job.static_configs = [{ targets: [`127.0.0.1:${port}`] }];
  job.scrape_interval = job.scrape_timeout = '1s';
  return stringify({ global, scrape_configs: [job] });
}

/** Returns the status that a client gets which trusts the authority and has no token. */
function statusWithoutToken(port: number): Promise<number | undefined> {
  const options = { host: '127.0.0.1', port, servername: 'notes', ca: readFileSync(secret('ca.crt')) };
  return new Promise((resolve, reject) => {
    get({ ...options, path: '/metrics', headers: { host: 'localhost' } }, ({ statusCode }) =>
      resolve(statusCode),
    ).once('error', reject);
  });
}

describe('the files of the guarded compose file', () => {
  it('let only its Prometheus scrape a server that has its variables', async () => {
    const given = JSON.stringify(guarded.services.notes?.environment);
    const env = JSON.parse(given.replaceAll('/run/secrets', join(folder, 'secrets')));
    const server = createObservability({
      metrics: {
        port: 0,
        host: '127.0.0.1',
        tls: { certFile: env.PMCP_METRICS_TLS_CERT, keyFile: env.PMCP_METRICS_TLS_KEY },
        auth: { tokenFile: env.PMCP_METRICS_TOKEN_FILE },
      },
      shutdown: { onSigterm: false },
      log: { level: 'error' },
    });
    const { port } = (await server.listen())!;
    const prometheus = await Prometheus.startWith(configFor(port), children.start.bind(children));
    await until(async () => (await prometheus.number('up{job="pmcp"}')) === 1);
    expect(await statusWithoutToken(port)).toBe(401);
    await server.shutdown();
  });

  it('identify the collector by its name to clients that trust the authority', async () => {
    const [key, cert] = [readFileSync(secret('collector.key')), readFileSync(secret('collector.crt'))];
    const collector = createServer({ key, cert }, (socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => collector.once('listening', resolve));
    const { hostname } = new URL(guarded.services.notes?.environment?.OTEL_EXPORTER_OTLP_ENDPOINT ?? '');
    const { port } = collector.address() as AddressInfo;
    const authorized = (servername: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', servername, ca: readFileSync(secret('ca.crt')) });
        socket.once('secureConnect', () => resolve(socket.authorized)).once('error', () => resolve(false));
      });
    expect(await authorized(hostname)).toBe(true);
    expect(await authorized('notes')).toBe(false);
    collector.close();
  });
});
