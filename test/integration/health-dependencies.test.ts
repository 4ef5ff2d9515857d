import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../packages/observability/src/health/check.js';
import * as checks from '../../packages/observability/src/health/checks.js';
import { Health } from '../../packages/observability/src/health/health.js';
import { createFamilies } from '../../packages/observability/src/metrics/families.js';
import { requireTool } from '../../scripts/tools/index.js';
import { until } from '../support/until.js';

const host = '127.0.0.1';
const timeoutMs = 500;
/** What a probe may take beyond the timeout on a machine that is busy with other tests. */
const SLACK_MS = 400;

/** PostgreSQL refuses to run as root; "nobody" has this id wherever containers run as root. */
const NOBODY = 65_534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** A database server on a port of its own, to be stopped and started at will. */
class Database {
  port = 0;
  readonly directory = mkdtempSync(join(tmpdir(), 'pmcp-health-'));
  private process: ChildProcess | undefined;

  constructor(
    private readonly tool: 'redis-server' | 'postgres',
    private readonly args: (database: Database) => readonly string[],
    private readonly readyLine: RegExp,
    private readonly stopSignal: NodeJS.Signals,
  ) {
    if (unprivileged) chownSync(this.directory, unprivileged.uid, unprivileged.gid);
    process.once('exit', () => this.process?.kill('SIGKILL'));
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const { path: file } = await requireTool(this.tool);
    const user = this.tool === 'postgres' ? unprivileged : {};
    const child = spawn(file, this.args(this), { stdio: ['ignore', 'pipe', 'pipe'], ...user });
    this.process = child;
    await Promise.any([child.stdout, child.stderr].map((output) => this.ready(output)));
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(this.stopSignal);
    await once(child, 'exit');
  }

  /** Holds the server still: it keeps its connections and answers nothing. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.directory, { recursive: true });
  }

  private ready(output: Readable): Promise<void> {
    return new Promise((resolve, reject) => {
      const said: string[] = [];
      const lines = createInterface({ input: output });
      lines.on('line', (line) => {
        if (this.readyLine.test(line)) resolve();
        said.push(line);
      });
      lines.once('close', () =>
        reject(new Error(`the server ended before it was ready:\n${said.join('\n')}`)),
      );
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let health: Health;

beforeEach(() => {
  // No cache: every report asks the database.
  health = new Health(createFamilies(), { cacheMs: 0 });
});

/** The result of a check, which must come in time whatever the state of the database. */
async function probe() {
  const start = performance.now();
  const { checks } = await health.report();
  expect(performance.now() - start).toBeLessThan(timeoutMs + SLACK_MS);
  return checks[0]!;
}

const isUp = async () => (await probe()).status === 'ok';
const isDown = async () => !(await isUp());

/** The life of a dependency: there, gone, there again. */
async function follows(database: Database, check: HealthCheck): Promise<void> {
  health.add(check);
  await until(isUp);
  await database.stop();
  await until(isDown);
  expect((await probe()).message).toMatch(/\w/);
  expect(await health.readiness()).toMatchObject({ ready: false });
  await database.start();
  await until(isUp);
}

describe('a Redis check', () => {
  const redis = new Database(
    'redis-server',
    ({ port, directory }) => [
      '--port',
      String(port),
      '--bind',
      host,
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    /Ready to accept connections/,
    'SIGTERM',
  );

  beforeAll(() => redis.start());
  afterAll(() => redis.remove());

  it('follows the server through ioredis', async () => {
    const client = new Redis(redis.port, host, { retryStrategy: () => 50 });
    client.on('error', () => {});
    await follows(redis, checks.redis(client, { timeoutMs }));
    client.disconnect();
  });

  it('follows the server through node-redis', async () => {
    const client = createClient({ socket: { host, port: redis.port, reconnectStrategy: 50 } });
    client.on('error', () => {});
    await client.connect();
    await follows(redis, checks.redis(client, { timeoutMs }));
    client.destroy();
  });

  it('fails on a server that does not answer, and passes once it does', async () => {
    const client = new Redis(redis.port, host);
    health.add(checks.redis(client, { timeoutMs }));
    await until(isUp);
    redis.freeze();
    expect(await probe()).toEqual({
      name: 'redis',
      status: 'error',
      message: `timed out after ${timeoutMs} ms`,
    });
    redis.thaw();
    await until(isUp);
    client.disconnect();
  });

  it('of its port follows the server', () =>
    follows(redis, checks.tcp({ host, port: redis.port, timeoutMs })));
});

describe('a PostgreSQL check', () => {
  const database = new Database(
    'postgres',
    ({ port, directory }) => [
      '-D',
      join(directory, 'data'),
      '-k',
      directory,
      '-h',
      host,
      '-p',
      String(port),
      '-F',
    ],
    /database system is ready to accept connections/,
    'SIGINT',
  );
  const login = () => ({ host, port: database.port, user: 'postgres', database: 'postgres' });
  let pool: Pool;

  beforeAll(async () => {
    const { path } = await requireTool('postgres');
    const initdb = join(dirname(realpathSync(path)), 'initdb');
    const args = [
      '-D',
      join(database.directory, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-N',
      '--locale=C',
    ];
    execFileSync(initdb, args, { stdio: ['ignore', 'ignore', 'inherit'], ...unprivileged });
    await database.start();
  });
  afterAll(() => database.remove());

  beforeEach(() => {
    pool = new Pool({ ...login(), max: 2 });
    pool.on('error', () => {});
  });
  afterEach(() => pool.end());

  it('follows the server through a pool', () => follows(database, checks.postgres(pool, { timeoutMs })));

  it('fails when a client has lost its server', async () => {
    const client = new Client(login());
    client.on('error', () => {});
    await client.connect();
    health.add(checks.postgres(client, { timeoutMs }));
    expect(await isUp()).toBe(true);
    await database.stop();
    await until(isDown);
    await database.start();
  });

  it('fails while the pool is exhausted', async () => {
    health.add(checks.postgres(pool, { timeoutMs }));
    const taken = await Promise.all([pool.connect(), pool.connect()]);
    expect(await probe()).toMatchObject({ status: 'error', message: `timed out after ${timeoutMs} ms` });
    for (const client of taken) client.release();
    await until(isUp);
  });

  it('rids the pool of a connection that does not answer', async () => {
    health.add(checks.postgres(pool, { timeoutMs }));
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid } = rows[0]!;
    process.kill(pid, 'SIGSTOP');
    try {
      expect((await probe()).status).toBe('error');
      await until(isUp);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
