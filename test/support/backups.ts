import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, ended, start } from './proxy.js';

const FILE = 'pmcp_job_backup.prom';
const LAST_SUCCESS = /^(pmcp_job_last_success_timestamp_seconds\{.*\}) (.+)$/m;

/** A backup job under the wrapper, and the folder in which node_exporter finds how it went. */
export class Backups {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-backups-'));

  /** Runs one that succeeds, or doesn't. */
  async run(succeeds: boolean): Promise<void> {
    const flags = ['--name', 'backup', '--textfile', this.folder];
    // Long enough that a machine which is busy now and then doesn't make one of them look much faster than the others.
    const command = ['sh', '-c', `sleep 1; ${succeeds}`];
    const job = start([process.execPath, CLI, 'job', ...flags, '--', ...command]);
    await ended(job);
  }

  /** Lets time pass since the last that succeeded. */
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
