import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { type Database, redisServer } from '../support/database.js';
import { Drill } from '../support/drill.js';

const TIMES = { yesterday: '20260301T024700Z', today: '20260302T024700Z' };

let redis: Database;
let client: Redis;
let folder: string;
let backup: Drill;
let drill: Drill;
/** A good copy, which the shipped backup job made. */
let good: string;

/** What the Secret has. */
function access(): Readonly<Record<string, string>> {
  return { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port), REDIS_USER: 'backup' };
}

function password(is: string): void {
  writeFileSync(join(folder, 'secrets/password'), `${is}\n`, { mode: 0o644 });
}

beforeAll(async () => {
  redis = redisServer();
  await redis.start();
  client = new Redis(redis.port, '127.0.0.1');
  await client.acl(
    'SETUSER',
    'backup',
    'on',
    '>secret',
    'resetkeys',
    '-@all',
    '+ping',
    '+sync',
    '+psync',
    '+replconf',
  );
  await client.mset(
    Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`session:${i}`, 'x'.repeat(200)])),
  );
  await client.set('short', '1', 'PX', 2_000);
  folder = temporaryFolder('restore-redis');
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'secrets'));
  backup = new Drill('redis-backup/cron-job.yaml', folder, '');
  drill = new Drill('redis-restore/cron-job.yaml', folder, '');
  password('secret');
  const made = await backup.run('backup', access());
  expect(made.code, made.said).toBe(0);
  const [name = '', ...others] = readdirSync(backup.backups);
  expect([name, others]).toEqual([expect.stringMatching(/^sessions-\d{8}T\d{6}Z\.rdb$/), []]);
  good = join(folder, 'good.rdb');
  copyFileSync(join(backup.backups, name), good);
});

afterAll(async () => {
  client.disconnect();
  await redis.remove();
});

beforeEach(() => drill.clear());

/** Puts a backup there, whole or cut to a size. */
function put(time: string, size?: number): void {
  const file = join(drill.backups, `sessions-${time}.rdb`);
  copyFileSync(good, file);
  if (size !== undefined) truncateSync(file, size);
}

const half = () => Math.floor(readFileSync(good).length / 2);

describe('the backup job of Redis', () => {
  it('fails with a wrong password, and leaves nothing behind', async () => {
    password('wrong');
    const { code } = await backup.run('backup', access());
    password('secret');
    expect(code).not.toBe(0);
    expect(readdirSync(backup.backups)).toEqual([]);
  });

  it('fails when Redis is down, and removes no older backup', async () => {
    put(TIMES.yesterday);
    const { code } = await backup.run('backup', { ...access(), REDIS_PORT: '1' });
    expect(code).not.toBe(0);
    expect(readdirSync(backup.backups)).toEqual([`sessions-${TIMES.yesterday}.rdb`]);
  });

  it.each([
    ['begins with the same words', 'sessions', 'sessions-archive'],
    ['fits the name as a pattern of the shell', 's*s', 'sessions'],
  ])('keeps each file of another Redis whose name %s', async (_, name, other) => {
    const files = (of: string) => [`${of}-20200101T021700Z.rdb`, `${of}-20200101T021700Z.rdb.partial`];
    for (const file of [...files(name), ...files(other)].map((one) => join(backup.backups, one))) {
      copyFileSync(good, file);
      utimesSync(file, 0, 0);
    }
    const { code, said } = await backup.run('backup', { ...access(), NAME: name });
    expect(code, said).toBe(0);
    const left = readdirSync(backup.backups);
    expect(left).toEqual(expect.arrayContaining(files(other)));
    expect(left).toHaveLength(3);
  });
});

describe('the restore drill of Redis', () => {
  it('loads what the backup job made, and leaves nothing behind', async () => {
    put(TIMES.today);
    put(TIMES.yesterday, half());
    const { code, said } = await drill.run('restore');
    expect(said).toMatch(
      new RegExp(`sessions-${TIMES.today}\\.rdb: 50[01] keys, and [01] that have expired since`),
    );
    expect([code, drill.code]).toEqual([0, '0']);
    expect(readdirSync(drill.scratch)).toEqual([]);
  });

  it.each([
    ['there is none', () => {}, /but there is none/],
    ['it is cut off', () => put(TIMES.today, half()), /can't load \S+20260302T024700Z\.rdb/],
    ['it is cut off after a few bytes', () => put(TIMES.today, 5), /can't load/],
    ['it has zero bytes', () => put(TIMES.today, 0), /20260302T024700Z\.rdb is empty/],
    [
      'it is broken, beside a good one of yesterday',
      () => {
        put(TIMES.today, half());
        put(TIMES.yesterday);
      },
      /can't load \S+20260302T024700Z\.rdb/,
    ],
    [
      'one of its bytes is another one',
      () => {
        const bytes = readFileSync(good);
        bytes[half()]! ^= 1;
        writeFileSync(join(drill.backups, `sessions-${TIMES.today}.rdb`), bytes);
      },
      /can't load/,
    ],
  ] as const)('fails when %s, and leaves nothing behind', async (_when, prepare, expected) => {
    prepare();
    const { code, said } = await drill.run('restore');
    expect(said).toMatch(expected);
    expect([code, drill.code]).toEqual([1, '1']);
    expect(readdirSync(drill.scratch)).toEqual([]);
  });

  it('fails when there is no key', async () => {
    const other = redisServer();
    await other.start();
    await backup.run('backup', {
      ...access(),
      REDIS_PORT: String(other.port),
      REDIS_USER: 'default',
      PASSWORD_FILE: '/dev/null',
    });
    await other.remove();
    expect(readdirSync(backup.backups)).toHaveLength(1);
    const { code, said } = await drill.run('restore');
    expect(said).toMatch(/has no key/);
    expect(code).toBe(1);
  });

  it('refuses a folder that is not empty, and touches nothing in it', async () => {
    put(TIMES.today);
    writeFileSync(join(drill.scratch, 'dump.rdb'), 'of somebody');
    const { code, said } = await drill.run('restore');
    expect(said).toContain(`expected ${drill.scratch} to be empty`);
    expect(code).toBe(1);
    expect(readFileSync(join(drill.scratch, 'dump.rdb'), 'utf8')).toBe('of somebody');
  });

  it('fails when its disk is full, and gives the space back', async () => {
    put(TIMES.today);
    const { code, said } = await drill.run('restore', {}, ['prlimit', '--fsize=1000:1000']);
    expect(said).toMatch(/File too large|can't (copy|load)/);
    expect(code).not.toBe(0);
    expect(readdirSync(drill.scratch)).toEqual([]);
  });
});
