import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, '../..');

/** Our packages as npm would publish them. */
const OURS = ['packages/otlp', 'packages/observability'];

/** An application in its own folder, with our packages as they are published. */
export class Project {
  private packing: Promise<void> | undefined;

  private constructor(
    readonly folder: string,
    private readonly source: Project | undefined,
  ) {}

  /** @param source a project that already has the tarballs; packing builds them */
  static async create(source?: Project): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-compat-'));
    const project = new Project(folder, source);
    await project.write('package.json', JSON.stringify({ private: true }));
    return project;
  }

  async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Copies a file or a folder of this repository. */
  async copy(from: string, to: string): Promise<void> {
    await cp(join(REPOSITORY, from), join(this.folder, to), { recursive: true });
  }

  /** Installs our packages, and these of others. */
  async install(packages: readonly string[]): Promise<string> {
    const tarballs = await this.packed();
    return this.run('npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--engine-strict=false',
      ...tarballs,
      ...packages,
    ]);
  }

  /** Packs these of our packages, each with what it ships, and installs them with packages of others. */
  async installAll(ours: readonly string[], others: readonly string[]): Promise<void> {
    await run('npm', ['run', '--silent', 'build:package'], { cwd: REPOSITORY });
    const folders = ours.map((name) => join(REPOSITORY, 'packages', name));
    // Without `--ignore-scripts`, each package would build all packages again.
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', this.folder, ...folders];
    await run('npm', args, { cwd: REPOSITORY, maxBuffer: 1 << 26 });
    await this.run('bash', ['-c', `npm install --no-audit --no-fund ./*.tgz ${others.join(' ')}`]);
  }

  /** Runs a command, also one of an installed package. @throws an error with its output */
  async run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const PATH = `${join(this.folder, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    const options = { cwd: this.folder, env: { ...process.env, PATH, ...env }, maxBuffer: 1 << 26 };
    const { stdout, stderr } = await run(command, args, options).catch((error) => {
      throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${error.stdout}`);
    });
    return stdout + stderr;
  }

  /** Makes a bundle. @returns its folder */
  async bundle(files: Readonly<Record<string, string>>, command: readonly string[]): Promise<string> {
    for (const [file, text] of Object.entries(files)) await this.write(file, text);
    const out = join(this.folder, 'out');
    await rm(out, { recursive: true, force: true });
    const [program = '', ...args] = command;
    await this.run(program, args);
    return out;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  /** Packs our packages into this folder, one after the other, because each build writes the same files. */
  async packed(): Promise<string[]> {
    if (this.source) return this.source.packed();
    this.packing ??= this.pack();
    await this.packing;
    const files = await readdir(this.folder);
    return files.filter((file) => file.endsWith('.tgz')).map((file) => join(this.folder, file));
  }

  private async pack(): Promise<void> {
    for (const path of OURS) {
      const args = ['pack', '--pack-destination', this.folder, join(REPOSITORY, path)];
      await run('npm', args, { cwd: REPOSITORY, maxBuffer: 1 << 26 });
    }
  }
}
