import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireTool } from '../../scripts/tools/index.js';
import { FOLDER, get } from '../manifests/manifests.js';

const DAY_S = 86_400;
/** PostgreSQL refuses to run as root; "nobody" has this id wherever containers run as root. */
const NOBODY = 65_534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const folder = mkdtempSync(join(tmpdir(), 'pmcp-backup-'));
const backups = join(folder, 'backups');
let bin: string;
let database: ChildProcess | undefined;

/** Everything that the script is told, under the names that the manifest has; a socket, for no port is free for sure. */
const login = { PGHOST: folder, PGUSER: 'postgres', PGPASSWORD: 'unused', PGDATABASE: 'notes' };
const settings = { ...login, BACKUP_DIR: backups, KEEP_DAYS: '14' };

beforeAll(async () => {
  bin = dirname(realpathSync((await requireTool('postgres')).path));
  if ('uid' in unprivileged) chownSync(folder, NOBODY, NOBODY);
  const args = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-N', '--locale=C'];
  execFileSync(join(bin, 'initdb'), args, { stdio: 'ignore', ...unprivileged });
  await start();
  execFileSync(join(bin, 'createdb'), ['notes'], { env: login });
  psql(
    'notes',
    'CREATE TABLE note AS SELECT id, repeat(md5(id::text), 20) AS text FROM generate_series(1, 5000) id',
  );
});

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  rmSync(backups, { recursive: true, force: true });
  mkdirSync(backups);
});

async function start(): Promise<void> {
  const args = ['-D', join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=', '-F'];
  database = spawn(join(bin, 'postgres'), args, { stdio: ['ignore', 'ignore', 'pipe'], ...unprivileged });
  for await (const line of createInterface({ input: database.stderr! })) {
    if (line.includes('ready to accept connections')) return;
  }
  throw new Error('Expected PostgreSQL to start, but it ended');
}

async function stop(): Promise<void> {
  if (!database || database.exitCode !== null) return;
  const ended = once(database, 'exit');
  database.kill('SIGINT');
  await ended;
}

function psql(name: string, sql: string): string {
  const args = ['--no-psqlrc', '--tuples-only', '--no-align', '--command', sql, name];
  return execFileSync(join(bin, 'psql'), args, { env: login, encoding: 'utf8' }).trim();
}

/** Runs the script as the job does, with programs that go before the real ones. */
function backup(programs = ''): number | null {
  const path = [programs, bin, process.env.PATH].filter(Boolean).join(delimiter);
  const script = join(FOLDER, 'backup/backup.sh');
  return spawnSync('/bin/sh', [script], { env: { ...settings, PATH: path } }).status;
}

function olderBackup(name: string, days: number): void {
  const file = join(backups, name);
  writeFileSync(file, '');
  const then = Date.now() / 1000 - days * DAY_S;
  utimesSync(file, then, then);
}

describe('the backup job', () => {
  it('tells the script all that it needs to know', () => {
    const pod = get('CronJob', 'backup/cron-job.yaml').spec!.jobTemplate!.spec!.template!.spec!;
    expect(pod.containers?.[0]?.env?.map(({ name }) => name).sort()).toEqual(Object.keys(settings).sort());
    expect(pod.containers?.[0]?.command).toEqual(['/bin/sh', '/scripts/backup.sh']);
  });

  it('writes what can be restored', () => {
    expect(backup()).toBe(0);
    const [file = '', ...others] = readdirSync(backups);
    expect(others).toEqual([]);
    expect(file).toMatch(/^notes-\d{8}T\d{6}Z\.dump$/);
    execFileSync(join(bin, 'createdb'), ['restored'], { env: login });
    execFileSync(join(bin, 'pg_restore'), ['--dbname=restored', join(backups, file)], { env: login });
    const sum = 'SELECT count(*), md5(string_agg(text, id::text ORDER BY id)) FROM note';
    expect(psql('restored', sum)).toBe(psql('notes', sum));
  });

  it('removes backups that are older than it should keep, and only its own', () => {
    olderBackup('notes-old.dump', 16);
    olderBackup('notes-young.dump', 10);
    olderBackup('letters-old.dump', 16);
    expect(backup()).toBe(0);
    const left = readdirSync(backups);
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(['notes-young.dump', 'letters-old.dump']));
  });

  it('fails, and removes nothing, when the dump can not be read back', () => {
    olderBackup('notes-old.dump', 16);
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    const cut = `#!/bin/sh\n'${bin}/pg_dump' "$@"\nfor a; do case $a in --file=*) truncate --size=-1000 "\${a#--file=}";; esac; done\n`;
    writeFileSync(join(programs, 'pg_dump'), cut);
    chmodSync(join(programs, 'pg_dump'), 0o755);
    expect(backup(programs)).not.toBe(0);
    expect(readdirSync(backups)).toEqual(['notes-old.dump']);
  });

  it('fails, and removes nothing, when the database is down', async () => {
    olderBackup('notes-old.dump', 16);
    await stop();
    try {
      expect(backup()).not.toBe(0);
      expect(readdirSync(backups)).toEqual(['notes-old.dump']);
    } finally {
      await start();
    }
  });
});
