import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireTool } from '../../scripts/tools/index.js';

/** PostgreSQL refuses to run as root; "nobody" has this id wherever containers run as root. */
const NOBODY = 65_534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** A PostgreSQL in a temporary folder, which also holds its socket: no port is free for sure. */
export class Postgres {
  private process: ChildProcess | undefined;

  private constructor(
    /** What belongs to the tests may be here too. */
    readonly folder: string,
    /** Where its programs are. */
    readonly bin: string,
  ) {}

  static async create(): Promise<Postgres> {
    const bin = dirname(realpathSync((await requireTool('postgres')).path));
    const folder = mkdtempSync(join(tmpdir(), 'pmcp-postgres-'));
    if (unprivileged) chownSync(folder, NOBODY, NOBODY);
    const args = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-N', '--locale=C'];
    execFileSync(join(bin, 'initdb'), args, { stdio: 'ignore', ...unprivileged });
    const postgres = new Postgres(folder, bin);
    await postgres.start();
    return postgres;
  }

  /** Tells its programs where it is. */
  get env(): Readonly<Record<string, string>> {
    return { PGHOST: this.folder, PGUSER: 'postgres' };
  }

  async start(): Promise<void> {
    const args = ['-D', join(this.folder, 'data'), '-k', this.folder, '-c', 'listen_addresses=', '-F'];
    const child = spawn(join(this.bin, 'postgres'), args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...unprivileged,
    });
    this.process = child;
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.includes('ready to accept connections')) return;
    }
    throw new Error('Expected PostgreSQL to start, but it ended');
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Runs one of its programs, and gives what it prints. */
  run(program: string, ...args: string[]): string {
    const env = this.env;
    return execFileSync(join(this.bin, program), args, { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  query(database: string, sql: string, ...options: string[]): string {
    const format = ['--no-psqlrc', '--tuples-only', '--no-align', '--quiet'];
    return this.run('psql', ...format, ...options, '--command', sql, database);
  }
}
