import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FOLDER, get } from '../manifests/manifests.js';
import { Postgres } from '../support/postgres.js';

const DAY_S = 86_400;

let postgres: Postgres;
let backups: string;

beforeAll(async () => {
  postgres = await Postgres.create();
  backups = join(postgres.folder, 'backups');
  postgres.run('createdb', 'notes');
  const rows = 'SELECT id, repeat(md5(id::text), 20) AS text FROM generate_series(1, 5000) id';
  postgres.query('notes', `CREATE TABLE note AS ${rows}`);
});

afterAll(() => postgres.remove());

beforeEach(() => {
  rmSync(backups, { recursive: true, force: true });
  mkdirSync(backups);
});

/** Returns the settings of the script, under their names in the manifest. */
function settings(): Readonly<Record<string, string>> {
  return { ...postgres.env, PGPASSWORD: '', PGDATABASE: 'notes', BACKUP_DIR: backups, KEEP_DAYS: '14' };
}

/** Runs the script as the job does. The programs shadow the real ones on PATH. */
function backup(programs = '', database = 'notes'): number | null {
  const path = [programs, postgres.bin, process.env.PATH].filter(Boolean).join(delimiter);
  const script = join(FOLDER, 'backup/backup.sh');
  return spawnSync('/bin/sh', [script], { env: { ...settings(), PGDATABASE: database, PATH: path } }).status;
}

/** Returns the name of a backup of a database, as the script writes it. */
const named = (database: string, days: number) =>
  `${database}-${new Date(Date.now() - days * DAY_S * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}.dump`;

/** Puts an older backup of a database there. */
function olderBackup(database: string, days: number, end = ''): string {
  const name = `${named(database, days)}${end}`;
  const file = join(backups, name);
  writeFileSync(file, '');
  const then = Date.now() / 1000 - days * DAY_S;
  utimesSync(file, then, then);
  return name;
}

describe('the backup job', () => {
  it('passes every setting that the script needs', () => {
    const pod = get('CronJob', 'backup/cron-job.yaml').spec!.jobTemplate!.spec!.template!.spec!;
    // In the cluster PostgreSQL has its usual port.
    const told = Object.keys(settings()).filter((name) => name !== 'PGPORT');
    expect(pod.containers?.[0]?.env?.map(({ name }) => name).sort()).toEqual(told.sort());
    expect(pod.containers?.[0]?.command).toEqual(['/bin/sh', '/scripts/backup.sh']);
  });

  it('writes a file that can be restored', () => {
    expect(backup()).toBe(0);
    const [file = '', ...others] = readdirSync(backups);
    expect(others).toEqual([]);
    expect(file).toMatch(/^notes-\d{8}T\d{6}Z\.dump$/);
    postgres.run('createdb', 'restored');
    postgres.run('pg_restore', '--dbname=restored', join(backups, file));
    const sum = 'SELECT count(*), md5(string_agg(text, id::text ORDER BY id)) FROM note';
    expect(postgres.query('restored', sum)).toBe(postgres.query('notes', sum));
  });

  it('removes only its own backups, and only those past their retention', () => {
    olderBackup('notes', 16);
    const young = olderBackup('notes', 10);
    expect(backup()).toBe(0);
    const left = readdirSync(backups);
    expect(left).toHaveLength(2);
    expect(left).toContain(young);
  });

  it.each([
    ['begins with the same words', 'notes', 'notes-archive'],
    ['is as long', 'notes', 'notis'],
    ['begins with what looks like a date', 'notes', 'notes-20260101'],
    ['fits the name as a pattern of the shell', 'note[rs]', 'notes'],
    ['fits a name with a star', 'n*s', 'notes'],
  ])('keeps each file of another database whose name %s', (_, database, other) => {
    if (database !== 'notes') postgres.run('createdb', database);
    const theirs = [olderBackup(other, 16), olderBackup(other, 16, '.partial')];
    olderBackup(database, 16);
    olderBackup(database, 16, '.partial');
    expect(backup('', database)).toBe(0);
    const left = readdirSync(backups);
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(theirs));
  });

  it('fails and removes nothing when the dump cannot be read back', () => {
    const old = olderBackup('notes', 16);
    const programs = join(postgres.folder, 'programs');
    mkdirSync(programs);
    const cut = `#!/bin/sh\n'${postgres.bin}/pg_dump' "$@"\nfor a; do case $a in --file=*) truncate --size=-1000 "\${a#--file=}";; esac; done\n`;
    writeFileSync(join(programs, 'pg_dump'), cut);
    chmodSync(join(programs, 'pg_dump'), 0o755);
    expect(backup(programs)).not.toBe(0);
    expect(readdirSync(backups)).toEqual([old]);
  });

  it('fails and removes nothing when the database is down', async () => {
    const old = olderBackup('notes', 16);
    await postgres.stop();
    try {
      expect(backup()).not.toBe(0);
      expect(readdirSync(backups)).toEqual([old]);
    } finally {
      await postgres.start();
    }
  });
});
