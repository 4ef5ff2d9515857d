import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../scripts/tools/index.js';
import { compose, FOLDER } from '../manifests/compose.js';
import { Postgres } from '../support/postgres.js';

const run = promisify(execFile);

describe('the configuration beside the compose file', () => {
  it('is valid for Prometheus', async () => {
    const { path } = await requireTool('promtool');
    await run(path, ['check', 'config', '--lint=all', '--lint-fatal', join(FOLDER, 'prometheus.yml')]);
  });

  it('is valid for Alertmanager', async () => {
    const { path } = await requireTool('amtool');
    await run(path, ['check-config', join(FOLDER, 'alertmanager.yml')]);
  });

  it('is rejected by both when it has an error', async () => {
    const [promtool, amtool] = await Promise.all([requireTool('promtool'), requireTool('amtool')]);
    const other = join(FOLDER, 'loki.yaml');
    await expect(run(promtool.path, ['check', 'config', other])).rejects.toThrow();
    await expect(run(amtool.path, ['check-config', other])).rejects.toThrow();
  });
});

describe('the database user of postgres-exporter', () => {
  /** With characters that a shell would change. */
  const password = `it's "quoted" $HOME \\`;
  const as = ['--username=exporter'];
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await Postgres.create();
    postgres.run('createdb', 'notes');
    postgres.query('notes', "CREATE TABLE note AS SELECT 'private' AS text");
    const env = {
      ...postgres.env,
      PATH: [postgres.bin, process.env.PATH].join(delimiter),
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'notes',
      EXPORTER_PASSWORD: password,
    };
    execFileSync(join(FOLDER, 'postgres/exporter.sh'), { env, stdio: 'pipe' });
  });
  afterAll(() => postgres.remove());

  it('can read statistics and nothing else', () => {
    expect(Number(postgres.query('notes', 'SELECT count(*) FROM pg_stat_database', ...as))).toBeGreaterThan(
      0,
    );
    expect(() => postgres.query('notes', 'SELECT * FROM note', ...as)).toThrow(/permission denied/);
    expect(() => postgres.query('notes', 'CREATE ROLE more', ...as)).toThrow(/permission denied/);
  });

  it('can log in only with its password', async () => {
    writeFileSync(join(postgres.folder, 'data/pg_hba.conf'), 'local all all scram-sha-256\n');
    await postgres.stop();
    await postgres.start();
    const login = (word: string) => {
      const psql = join(postgres.bin, 'psql');
      const env = { ...postgres.env, PGPASSWORD: word };
      return run(psql, [...as, '--command', 'SELECT 1', 'notes'], { env });
    };
    await login(password);
    await expect(login('exporter')).rejects.toThrow(/authentication failed/);
  });

  it('is the user that the exporter logs in as', () => {
    const { DATA_SOURCE_USER, DATA_SOURCE_PASS } = compose.services['postgres-exporter']!.environment!;
    expect(DATA_SOURCE_USER).toBe('exporter');
    expect(DATA_SOURCE_PASS).toBe(compose.services.postgres?.environment?.EXPORTER_PASSWORD);
  });
});
