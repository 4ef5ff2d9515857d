import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { Drill } from '../support/drill.js';
import { parseSamples } from '../support/exposition.js';
import { Postgres } from '../support/postgres.js';
import { type Pushgateway, startPushgateway } from '../support/pushgateway.js';
import { until } from '../support/until.js';

const TIMES = { yesterday: '20260301T021700Z', today: '20260302T021700Z' };

let postgres: Postgres;
let gateway: Pushgateway;
let drill: Drill;
/** A good dump, which the shipped backup job made. */
let good: string;

beforeAll(async () => {
  [postgres, gateway] = await Promise.all([Postgres.create(), startPushgateway()]);
  postgres.run('createdb', 'notes');
  postgres.query(
    'notes',
    `CREATE TABLE note AS SELECT id, repeat(md5(id::text), 20) AS text FROM generate_series(1, 5000) id;
     CREATE SCHEMA "other one"; CREATE TABLE "other one"."a|table" (id int PRIMARY KEY); CREATE TABLE empty (id int);
     INSERT INTO "other one"."a|table" VALUES (1), (2); CREATE ROLE app; GRANT SELECT ON note TO app; ALTER TABLE note OWNER TO app`,
  );
  const folder = temporaryFolder('restore');
  chmodSync(folder, 0o755);
  const backup = new Drill('backup/cron-job.yaml', folder, postgres.bin);
  const made = await backup.run('backup', { ...postgres.env, PGDATABASE: 'notes', PGPASSWORD: '' });
  expect(made.code, made.said).toBe(0);
  const [name = ''] = readdirSync(backup.backups);
  good = join(folder, 'good.dump');
  copyFileSync(join(backup.backups, name), good);
  drill = new Drill('restore/cron-job.yaml', folder, postgres.bin);
});

afterAll(async () => {
  await postgres.remove();
  await gateway.stop();
});

beforeEach(() => drill.clear());

/** Puts a backup there, whole or cut to a size. */
function put(time: string, size?: number): void {
  const file = join(drill.backups, `notes-${time}.dump`);
  copyFileSync(good, file);
  if (size !== undefined) truncateSync(file, size);
}

const half = () => Math.floor(readFileSync(good).length / 2);

async function published() {
  const samples = [...parseSamples(await (await fetch(`${gateway.url}/metrics`)).text())];
  const of = (name: string) =>
    samples.find(([series]) => series.startsWith(name) && series.includes('"postgres-restore"'))?.[1];
  return { success: of('pmcp_job_last_success_timestamp_seconds'), exitCode: of('pmcp_job_last_exit_code') };
}

/** Runs both containers of the pod. */
function both(variables = {}) {
  const pushing = drill.run('publish', { PUSHGATEWAY: gateway.url });
  return Promise.all([drill.run('restore', variables), pushing]);
}

describe('the restore drill of PostgreSQL', () => {
  it('restores what the backup job made, and publishes that it could and later that it could not', async () => {
    put(TIMES.today);
    put(TIMES.yesterday, half());
    const before = Date.now() / 1000;
    const [restored, push] = await both({ FILLED_TABLES: 'note a.table' });
    expect(restored.said).toContain(`notes-${TIMES.today}.dump: 3 tables, 5002 rows`);
    expect([restored.code, push.code, push.said]).toEqual([0, 0, '']);
    expect(readdirSync(drill.scratch)).toEqual([]);
    const first = await published();
    expect(first.success).toBeGreaterThanOrEqual(before);
    expect(first.exitCode).toBe(0);

    drill.clear();
    put(TIMES.today, half());
    expect((await both()).map(({ code }) => code)).toEqual([1, 1]);
    expect(await published()).toEqual({ success: first.success, exitCode: 1 });
  });

  it.each([
    ['there is none', () => {}, /expected a file notes-\*\.dump in \S+, but there is none/],
    ['it is cut off', () => put(TIMES.today, half()), /can't read \S+today\.dump/],
    ['it is cut off after a few bytes', () => put(TIMES.today, 20), /can't read/],
    ['it has zero bytes', () => put(TIMES.today, 0), /20260302T021700Z\.dump is empty/],
    [
      'it is broken, beside a good one of yesterday',
      () => {
        // Written after the broken one, as by a copy.
        put(TIMES.today, half());
        put(TIMES.yesterday);
      },
      /can't read \S+20260302T021700Z/,
    ],
    [
      'only other databases have one',
      () => copyFileSync(good, join(drill.backups, `notes-archive-${TIMES.today}.dump`)),
      /but there is none/,
    ],
    [
      'it is no dump',
      () => writeFileSync(join(drill.backups, `notes-${TIMES.today}.dump`), 'SELECT 1;\n'.repeat(1000)),
      /can't read/,
    ],
  ] as const)('fails when %s, and leaves nothing behind', async (_when, prepare, expected) => {
    prepare();
    const { code, said } = await drill.run('restore');
    expect(said).toMatch(new RegExp(expected.source.replace('today', TIMES.today)));
    expect([code, drill.code]).toEqual([1, '1']);
    expect(readdirSync(drill.scratch)).toEqual([]);
  });

  it('fails when a table is empty that always has rows', async () => {
    for (const tables of ['note empty', 'not']) {
      drill.clear();
      put(TIMES.today);
      const { code, said } = await drill.run('restore', { FILLED_TABLES: tables });
      expect(said).toMatch(/expected rows in the table (empty|not) of/);
      expect(code).toBe(1);
    }
  });

  it('refuses a folder that is not empty, and touches nothing in it', async () => {
    put(TIMES.today);
    writeFileSync(join(drill.scratch, 'PG_VERSION'), '18\n');
    const { code, said } = await drill.run('restore');
    expect(said).toContain(`expected ${drill.scratch} to be empty`);
    expect(code).toBe(1);
    expect(readdirSync(drill.scratch)).toEqual(['PG_VERSION']);
  });

  it('cannot reach the live database, even where its address and password are in the environment', async () => {
    put(TIMES.today);
    const databases = () => postgres.query('postgres', 'SELECT datname FROM pg_database ORDER BY 1');
    const [before, notes] = [databases(), postgres.query('notes', 'SELECT count(*) FROM note')];
    const live = { ...postgres.env, PGDATABASE: 'notes', PGPASSWORD: 'wrong', PGSERVICE: 'live' };
    const { code, said } = await drill.run('restore', { ...live, PGDATA: join(postgres.folder, 'data') });
    expect([code, said]).toEqual([0, expect.stringContaining('5002 rows')]);
    expect([databases(), postgres.query('notes', 'SELECT count(*) FROM note')]).toEqual([before, notes]);
  });

  it('fails when its disk is full, and gives the space back', async () => {
    put(TIMES.today);
    // No file may grow above this, as on a disk that is full.
    const { code, said } = await drill.run('restore', {}, ['prlimit', '--fsize=400000:400000']);
    expect(said).toMatch(/File too large|can't start a server/);
    expect(code).not.toBe(0);
    expect(readdirSync(drill.scratch)).toEqual([]);
  });

  it('stops its server and says so when its time is over', async () => {
    put(TIMES.today);
    const programs = temporaryFolder('programs');
    chmodSync(programs, 0o755);
    const slow = `#!/bin/sh\ncase "$*" in *--dbname*) sleep 600;; *) exec '${postgres.bin}/pg_restore' "$@";; esac\n`;
    writeFileSync(join(programs, 'pg_restore'), slow, { mode: 0o755 });
    const child = drill.start('restore', {
      PATH: [programs, postgres.bin, process.env.PATH].join(delimiter),
    });
    const closed = once(child, 'close');
    const socket = () => readdirSync(drill.scratch).find((file) => file.startsWith('.s.PGSQL'));
    await until(() => socket() !== undefined);
    const [pid] = readFileSync(join(drill.scratch, 'data/postmaster.pid'), 'utf8').split('\n');
    child.kill('SIGTERM');
    await closed;
    expect(drill.code).toBe('143');
    expect(readdirSync(drill.scratch)).toEqual([]);
    // It may wait for its parent to look.
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    expect(stdout.trim()).toMatch(/^(Z.*)?$/);
  });
});
