import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Container, FOLDER, get } from '../manifests/manifests.js';
import { CLI } from './proxy.js';

/** PostgreSQL refuses to run as root. In containers that run as root, "nobody" has this id. */
const NOBODY = 65_534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

type Variables = Readonly<Record<string, string>>;

/** Runs the containers of a CronJob of the examples as their manifest says, with folders of a test in place of its volumes. */
export class Drill {
  readonly backups: string;
  readonly scratch: string;
  private readonly result: string;
  private readonly containers: readonly Container[];

  constructor(
    private readonly manifest: string,
    private readonly folder: string,
    private readonly programs: string,
  ) {
    this.containers = get('CronJob', manifest).spec!.jobTemplate!.spec!.template!.spec!.containers;
    this.backups = join(folder, 'backup');
    this.scratch = join(folder, 'scratch');
    this.result = join(folder, 'result');
    this.clear();
  }

  /** Empties all folders. */
  clear(): void {
    for (const folder of [this.backups, this.scratch, this.result]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
    }
  }

  /** Runs one of its containers, or starts its command behind another. */
  run(name: string, variables: Variables = {}, behind: readonly string[] = []): Promise<Ended> {
    return ended(this.start(name, variables, behind));
  }

  start(name: string, variables: Variables = {}, behind: readonly string[] = []): ChildProcess {
    const { command = [], env = [] } = this.containers.find((container) => container.name === name)!;
    const told = env.map(({ name, value }) => [name, this.here(value ?? '')]);
    const path = [this.programs, process.env.PATH].filter(Boolean).join(delimiter);
    const [file = '', ...args] = [...behind, ...command.flatMap((word) => this.words(word, variables))];
    return spawn(file, args, {
      ...user,
      env: { PATH: path, ...Object.fromEntries(told), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  private words(word: string, { PUSHGATEWAY = '' }: Variables): string[] {
    if (word === 'pmcp-observability') return [process.execPath, CLI];
    if (word.startsWith('--pushgateway=')) return [`--pushgateway=${PUSHGATEWAY}`];
    return [this.here(word)];
  }

  /** Where here is what is at a path in the container. */
  private here(path: string): string {
    return path
      .replace(/^\/scripts/, join(FOLDER, dirname(this.manifest)))
      .replace(/^\/(backup|scratch|result|secrets)/, `${this.folder}/$1`);
  }

  /** The exit code that it left for the other container. */
  get code(): string {
    return readFileSync(join(this.result, 'exit-code'), 'utf8').trim();
  }
}

async function ended(child: ChildProcess): Promise<Ended> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit'),
  ]);
  return { code: code as number | null, said: out + err };
}
