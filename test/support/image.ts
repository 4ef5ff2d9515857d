import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser, type Env, type From, type Instruction } from 'dockerfile-ast';

const run = promisify(execFile);

/** The result of a stage of a Dockerfile, in a folder instead of a container. */
export interface Stage {
  readonly baseImage: string;
  /** The folder that replaces `/`. */
  readonly root: string;
  workdir: string;
  readonly env: Record<string, string>;
  user: string;
  command: readonly string[];
  healthcheck: readonly string[];
  ports: readonly number[];
}

interface Build {
  readonly context: string;
  readonly ignored: (path: string) => boolean;
  readonly stages: Map<string, Stage>;
}

type Step = (stage: Stage, instruction: Instruction, build: Build) => void | Promise<void>;

const STEPS: Readonly<Record<string, Step>> = {
  WORKDIR: async (stage, instruction) => {
    stage.workdir = text(instruction);
    await mkdir(inside(stage, '.'), { recursive: true });
  },
  ENV: (stage, instruction) => {
    for (const property of (instruction as Env).getProperties()) {
      stage.env[property.getName()] = property.getValue() ?? '';
    }
  },
  COPY: copy,
  RUN: async (stage, instruction) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...stage.env };
    await run('/bin/sh', ['-c', text(instruction)], { cwd: inside(stage, '.'), env });
  },
  USER: (stage, instruction) => {
    stage.user = text(instruction);
  },
  EXPOSE: (stage, instruction) => {
    stage.ports = text(instruction).split(' ').map(Number);
  },
  CMD: (stage, instruction) => {
    stage.command = JSON.parse(text(instruction));
  },
  HEALTHCHECK: (stage, instruction) => {
    stage.healthcheck = JSON.parse(text(instruction).replace(/^.*?CMD /s, ''));
  },
};

/** Executes a Dockerfile's steps in folders below `root`, and returns its last stage. */
export async function buildImage(dockerfile: string, context: string, root: string): Promise<Stage> {
  const build: Build = { context, ignored: await ignoredPaths(dockerfile), stages: new Map() };
  let stage: Stage | undefined;
  for (const instruction of DockerfileParser.parse(await readFile(dockerfile, 'utf8')).getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      stage = newStage(instruction as From, join(root, String(build.stages.size)));
      build.stages.set((instruction as From).getBuildStage() ?? '', stage);
      continue;
    }
    const step = STEPS[keyword];
    if (!step || !stage) throw new Error(`Expected one of ${Object.keys(STEPS).join(', ')}, got ${keyword}`);
    await step(stage, instruction, build);
  }
  return stage!;
}

function newStage(from: From, root: string): Stage {
  return {
    baseImage: from.getImage() ?? '',
    root,
    workdir: '/',
    env: {},
    user: 'root',
    command: [],
    healthcheck: [],
    ports: [],
  };
}

async function copy(stage: Stage, instruction: Instruction, build: Build): Promise<void> {
  const from = (instruction as Copy).getFromFlag()?.getValue();
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const target = paths.pop()!;
  const origin = from ? build.stages.get(from)!.root : build.context;
  const filter = (path: string) => Boolean(from) || !build.ignored(relative(build.context, path));
  for (const path of paths) {
    const name = target.endsWith('/') ? basename(path) : '';
    const source = join(origin, path);
    if (!filter(source)) throw new Error(`Expected ${path} to be in the context, but it is ignored`);
    await cp(source, join(inside(stage, target), name), { recursive: true, verbatimSymlinks: true, filter });
  }
}

/** Returns where a path of the stage is on this machine. */
export function inside({ root, workdir }: Stage, path: string): string {
  return join(root, isAbsolute(path) ? path : join(workdir, path));
}

/** Supports only the patterns that we use: a name at the top, a name anywhere, and an extension anywhere. */
async function ignoredPaths(dockerfile: string): Promise<(path: string) => boolean> {
  const patterns = (await readFile(`${dockerfile}.dockerignore`, 'utf8')).trim().split('\n');
  const expressions = patterns.map((pattern) => {
    const name = pattern
      .replace(/^\*\*\//, '')
      .replaceAll('.', '\\.')
      .replaceAll('*', '[^/]*');
    return new RegExp(`${pattern.startsWith('**/') ? '(^|/)' : '^'}${name}(/|$)`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}

function text(instruction: Instruction): string {
  return instruction.getArgumentsContent() ?? '';
}
