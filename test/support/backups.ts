import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, ended, start } from './proxy.js';

const FILE = 'pmcp_job_backup.prom';
const LAST_SUCCESS = /^(pmcp_job_last_success_timestamp_seconds\{.*\}) (.+)$/m;

/** A backup job and a restore drill that run under the `job` command, and the folder with their results for node_exporter. */
export class Backups {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-backups-'));

  /** Runs a backup that succeeds or fails. */
  run(succeeds: boolean): Promise<void> {
    return this.job('backup', succeeds);
  }

  /** Runs a backup that succeeds and writes this much. */
  write(bytes: number): Promise<void> {
    const file = join(this.folder, 'backup.dump');
    writeFileSync(file, Buffer.alloc(bytes));
    return this.job('backup', true, '--size-of', file);
  }

  /** Removes everything that the backup has told. */
  forget(): void {
    rmSync(join(this.folder, FILE));
  }

  /** Restores a backup, as a drill. */
  restore(): Promise<void> {
    return this.job('restore-drill', true);
  }

  private async job(name: string, succeeds: boolean, ...more: readonly string[]): Promise<void> {
    const flags = ['--name', name, '--textfile', this.folder, ...more];
    // Long enough that a busy machine does not make one run look much faster than the others.
    const command = ['sh', '-c', `sleep 1; ${succeeds}`];
    const job = start([process.execPath, CLI, 'job', ...flags, '--', ...command]);
    await ended(job);
  }

  /** Makes the last success older by these seconds. */
  age(seconds: number): void {
    const file = join(this.folder, FILE);
    const text = readFileSync(file, 'utf8');
    const older = (_: string, series: string, time: string) => `${series} ${Number(time) - seconds}`;
    writeFileSync(file, text.replace(LAST_SUCCESS, older));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
