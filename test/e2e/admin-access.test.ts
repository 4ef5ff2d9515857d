import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { type Authority, createAuthority } from '../support/certificates.js';
import { until } from '../support/until.js';

const ROTATIONS = 4;
const host = '127.0.0.1';
const children = new Children(() => {});
let folder: string;
let authority: Authority;
let server: Observability;
let prometheus: Prometheus;

/** Replaces all files of a folder at once, as Kubernetes does with the files of a Secret. */
async function swap(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const version = await mkdtemp(join(folder, `${name}-`));
  for (const [file, content] of Object.entries(files)) await writeFile(join(version, file), content);
  await symlink(version, join(folder, `${name}.draft`));
  await rename(join(folder, `${name}.draft`), join(folder, name));
}

/** @param trusted an authority that both sides trust, in addition to the one that issues the certificates now */
async function issue(tokens: readonly string[], trusted = ''): Promise<void> {
  const [shown, asking] = await Promise.all([authority.issue('pmcp-metrics'), authority.issue('prometheus')]);
  const ca = `${authority.cert}\n${trusted}`;
  await swap('server', {
    'tls.crt': shown.cert,
    'tls.key': shown.key,
    'ca.crt': ca,
    token: tokens.join('\n'),
  });
  await swap('client', { 'tls.crt': asking.cert, 'tls.key': asking.key, 'ca.crt': ca, token: tokens[0]! });
}

/** Why scrapes have failed so far, except those that a busy machine answered too late. */
async function failures(): Promise<string[]> {
  const log = await readFile(join(folder, 'failures.log'), 'utf8');
  return log.split('\n').filter((line) => line !== '' && !line.includes('context deadline exceeded'));
}

async function succeeded(): Promise<number> {
  return (await prometheus.number('sum_over_time(up[10m])')) ?? 0;
}

async function waitForScrapes(count: number): Promise<void> {
  const before = await succeeded();
  await until(async () => (await succeeded()) >= before + count);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'admin-access-'));
  authority = await createAuthority();
  await issue(['token-0']);
  const at = (side: string) => (file: string) => join(folder, side, file);
  const [ours, theirs] = [at('server'), at('client')];
  server = createObservability({
    metrics: {
      port: 0,
      host,
      tls: { certFile: ours('tls.crt'), keyFile: ours('tls.key'), clientCaFile: ours('ca.crt') },
      auth: { tokenFile: ours('token') },
    },
    shutdown: { onSigterm: false },
    log: { level: 'error' },
  });
  const { port } = (await server.listen()) ?? { port: 0 };
  const config = prometheusConfig({
    interval: '1s',
    timeout: '1s',
    targets: [{ job: 'guarded', targets: [`${host}:${port}`] }],
    servers: {
      tls: {
        caFile: theirs('ca.crt'),
        certFile: theirs('tls.crt'),
        keyFile: theirs('tls.key'),
        serverName: 'pmcp-metrics',
      },
      bearerTokenFile: theirs('token'),
    },
  });
  const logged = config.replace('global:', `$&\n  scrape_failure_log_file: ${join(folder, 'failures.log')}`);
  const need = { minVersion: '3.0' };
  prometheus = await Prometheus.startWith(logged, children.start.bind(children), { need });
});

afterAll(async () => {
  await children.stop();
  await server.shutdown();
  await rm(folder, { recursive: true });
});

it('is scraped over mutual TLS and with a token while certificates, authority and token change, without one failed scrape', async () => {
  await waitForScrapes(2);
  for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
    const before = authority;
    const tokens = [`token-${rotation}`, `token-${rotation - 1}`];
    // Both sides trust the next authority and the next token before either side presents it.
    const next = rotation === ROTATIONS / 2 ? await createAuthority('next') : before;
    await issue([...tokens].reverse(), next.cert);
    await waitForScrapes(1);
    authority = next;
    await issue(tokens, before.cert);
    await waitForScrapes(1);
  }
  expect(await succeeded()).toBeGreaterThan(2 * ROTATIONS);
  expect(await failures()).toEqual([]);
  expect(await server.registry.metrics()).toMatch(/pmcp_admin_refused_total{reason="wrong"} 0/);
});

it('is down for a Prometheus whose certificate comes from another authority', async () => {
  const honest = authority;
  authority = await createAuthority('stranger');
  const stranger = await authority.issue('prometheus');
  await swap('client', {
    'tls.crt': stranger.cert,
    'tls.key': stranger.key,
    'ca.crt': honest.cert,
    token: `token-${ROTATIONS}`,
  });
  await until(async () => (await failures()).length > 0);
  expect(await server.registry.metrics()).toMatch(/pmcp_admin_refused_total{reason="certificate"} [1-9]/);
});
