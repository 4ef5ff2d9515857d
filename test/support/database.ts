import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from '../../scripts/free-port.js';
import { requireTool } from '../../scripts/tools/index.js';

export const host = '127.0.0.1';

/** PostgreSQL refuses to run as root. In containers that run as root, "nobody" has this id. */
const NOBODY = 65_534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

interface Program {
  readonly tool: 'redis-server' | 'postgres';
  readonly args: (database: Database) => readonly string[];
  readonly readyLine: RegExp;
  readonly stopSignal: NodeJS.Signals;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly prepare?: (file: string, directory: string) => void;
}

/** A database server on its own port. A test can stop and start it. */
export class Database {
  port = 0;
  readonly directory = mkdtempSync(join(tmpdir(), 'pmcp-database-'));
  private process: ChildProcess | undefined;

  constructor(private readonly program: Program) {
    if (unprivileged) chownSync(this.directory, unprivileged.uid, unprivileged.gid);
    process.once('exit', () => this.process?.kill('SIGKILL'));
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const { tool, args, user, prepare } = this.program;
    const { path: file } = await requireTool(tool);
    prepare?.(file, this.directory);
    const child = spawn(file, args(this), { stdio: ['ignore', 'pipe', 'pipe'], ...user });
    this.process = child;
    await Promise.any([child.stdout, child.stderr].map((output) => this.ready(output)));
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(this.program.stopSignal);
    await once(child, 'exit');
  }

  /** Stops the server's process: it keeps its connections but does not answer. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.directory, { recursive: true });
  }

  private ready(output: Readable): Promise<void> {
    return new Promise((resolve, reject) => {
      const said: string[] = [];
      const lines = createInterface({ input: output });
      lines.on('line', (line) => {
        if (this.program.readyLine.test(line)) resolve();
        said.push(line);
      });
      lines.once('close', () =>
        reject(new Error(`the server ended before it was ready:\n${said.join('\n')}`)),
      );
    });
  }
}

export function redisServer(): Database {
  return redis(() => []);
}

/** Makes a server that follows another one, which must be started before. */
export function redisReplica(master: Database): Database {
  return redis(() => ['--replicaof', host, String(master.port)]);
}

function redis(more: () => readonly string[]): Database {
  return new Database({
    tool: 'redis-server',
    args: ({ port, directory }) => [
      ...['--port', String(port), '--bind', host, '--dir', directory, '--save', '', '--appendonly', 'no'],
      ...more(),
    ],
    readyLine: /Ready to accept connections/,
    stopSignal: 'SIGTERM',
  });
}

/** Makes a server that needs no password. The user is `postgres`. */
export function postgresServer(): Database {
  return postgres(initialize);
}

/** Makes a standby that streams from another server, which must be started before. */
export function postgresReplica(primary: Database): Database {
  return postgres((file, directory) => copy(primary, file, directory));
}

function postgres(prepare: NonNullable<Program['prepare']>): Database {
  return new Database({
    tool: 'postgres',
    args: ({ port, directory }) =>
      ['-D', join(directory, 'data'), '-k', directory, '-h', host].concat('-p', String(port), '-F'),
    readyLine: /database system is ready to accept (read-only )?connections/,
    stopSignal: 'SIGINT',
    user: unprivileged,
    prepare,
  });
}

function initialize(postgres: string, directory: string): void {
  const args = ['-U', 'postgres', '-A', 'trust', '-N', '--locale=C'];
  fill(directory, programBeside(postgres, 'initdb'), args);
}

/** Copies the data of a server, with the settings of a standby that follows it. */
function copy({ port }: Database, postgres: string, directory: string): void {
  const args = ['-h', host, '-p', String(port), '-U', 'postgres', '-R', '-X', 'stream', '-c', 'fast', '-N'];
  fill(directory, programBeside(postgres, 'pg_basebackup'), args);
}

function fill(directory: string, program: string, args: readonly string[]): void {
  const data = join(directory, 'data');
  if (existsSync(data)) return;
  execFileSync(program, ['-D', data, ...args], { stdio: ['ignore', 'ignore', 'inherit'], ...unprivileged });
}

/** The path of a program that is installed with a server. */
function programBeside(server: string, name: string): string {
  return join(dirname(realpathSync(server)), name);
}
