import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireTool } from '../../scripts/tools/index.js';
import { type Database, postgresServer } from './database.js';

/** A PostgreSQL server, and its programs, which connect through its socket. */
export class Postgres {
  private constructor(
    private readonly database: Database,
    /** The folder of its programs. */
    readonly bin: string,
  ) {}

  static async create(): Promise<Postgres> {
    const bin = dirname(realpathSync((await requireTool('postgres')).path));
    const postgres = new Postgres(postgresServer(), bin);
    await postgres.start();
    return postgres;
  }

  /** Its folder, where tests may put files too. */
  get folder(): string {
    return this.database.directory;
  }

  /** The variables with which its programs find it. */
  get env(): Readonly<Record<string, string>> {
    return { PGHOST: this.folder, PGPORT: String(this.database.port), PGUSER: 'postgres' };
  }

  start(): Promise<void> {
    return this.database.start();
  }

  stop(): Promise<void> {
    return this.database.stop();
  }

  remove(): Promise<void> {
    return this.database.remove();
  }

  /** Runs one of its programs, and returns the output. */
  run(program: string, ...args: string[]): string {
    const env = this.env;
    return execFileSync(join(this.bin, program), args, { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  query(database: string, sql: string, ...options: string[]): string {
    const format = ['--no-psqlrc', '--tuples-only', '--no-align', '--quiet'];
    return this.run('psql', ...format, ...options, '--command', sql, database);
  }
}
