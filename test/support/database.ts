import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { requireTool } from '../../scripts/tools/index.js';
import { freePort } from './free-port.js';

/** PostgreSQL refuses to run as root; "nobody" has this id wherever containers run as root. */
const NOBODY = 65_534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A real database server, to be stopped and started at will. */
export class Database {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly file: string,
    private readonly args: readonly string[],
    private readonly folder: string,
    private readonly readyLine: RegExp,
  ) {
    process.once('exit', () => this.child?.kill('SIGKILL'));
  }

  static async redis(): Promise<Database> {
    const { path } = await requireTool('redis-server');
    const folder = ownFolder();
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    return new Database(port, path, args, folder, /Ready to accept connections/);
  }

  static async postgres(): Promise<Database> {
    const { path } = await requireTool('postgres');
    const folder = ownFolder();
    const port = await freePort();
    const data = join(folder, 'data');
    const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'];
    execFileSync(join(dirname(realpathSync(path)), 'initdb'), initdb, { stdio: 'ignore', ...user });
    const args = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder, '-F'];
    return new Database(port, path, args, folder, /ready to accept connections/);
  }

  async start(): Promise<void> {
    const child = spawn(this.file, this.args, { stdio: ['ignore', 'pipe', 'pipe'], ...user });
    this.child = child;
    await Promise.any([child.stdout, child.stderr].map((output) => ready(output, this.readyLine)));
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'database-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}

function ready(output: Readable, line: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output })
      .on('line', (text) => line.test(text) && resolve())
      .once('close', () => reject(new Error('the database ended before it was ready')));
  });
}
