import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Container, get } from '../manifests/manifests.js';
import { connectClient } from '../support/http-server.js';
import { buildImage, inside, type Stage } from '../support/image.js';

const REPOSITORY = join(import.meta.dirname, '../..');
const DOCKERFILE = join(REPOSITORY, 'examples/notes/Dockerfile');
const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'pmcp-image-'));
// The owner builds the image; another user runs it, if the tests may choose the user.
chmodSync(folder, 0o755);
let image: Stage;
let server: ChildProcess | undefined;

// Installs the packages from the registry twice: as a user would, and then without development dependencies.
beforeAll(async () => {
  image = await buildImage(DOCKERFILE, REPOSITORY, folder);
}, 600_000);
afterEach(() => server?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command of the image as its container would, but on free ports. */
async function start(): Promise<{ readonly url: URL; readonly port: string }> {
  const [uid, gid] = image.user.split(':').map(Number);
  const env = { PATH: process.env.PATH, ...image.env, HOST: '127.0.0.1', PORT: '0', PMCP_METRICS_PORT: '0' };
  server = spawn(image.command[0]!, image.command.slice(1), {
    cwd: inside(image, '.'),
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(process.getuid?.() === 0 && { uid, gid }),
  });
  let port = '';
  for await (const line of createInterface({ input: server.stderr! })) {
    const log = JSON.parse(line) as { port?: number; url?: string };
    port ||= String(log.port ?? '');
    if (log.url) return { url: new URL(log.url), port };
  }
  throw new Error('Expected the server to start, but it ended');
}

function healthcheck(port: string): Promise<object> {
  const [command = '', ...args] = image.healthcheck;
  return run(command, args, { env: { PATH: process.env.PATH, ...image.env, PMCP_METRICS_PORT: port } });
}

describe('the Dockerfile of the notes server', () => {
  it('passes its linter', () => {
    expect(validate(readFileSync(DOCKERFILE, 'utf8'))).toEqual([]);
  });

  it('pins an image of a supported Node version, and runs as a user without privileges', () => {
    expect(image.baseImage).toMatch(/^node:(20|22|24)\.\d+\.\d+-[\w-]+@sha256:[0-9a-f]{64}$/);
    expect(image.user).toBe('1001:1001');
  });

  it('exposes the ports that the deployment declares and the server uses', () => {
    const pod = get('Deployment', 'base/deployment.yaml').spec!.template!.spec!;
    const [container] = pod.containers as [Container];
    expect(image.ports).toEqual(container.ports?.map(({ containerPort }) => containerPort));
    expect([image.env.PORT, image.env.PMCP_METRICS_PORT].map(Number)).toEqual(image.ports);
  });
});

describe('the image of the notes server', () => {
  it('contains what the server needs, and no build or test files', () => {
    const packages = readdirSync(inside(image, 'node_modules'));
    expect(packages).toContain('prom-client');
    expect(
      packages.filter((name) => ['typescript', 'vitest', 'tsx', 'kubernetes-models'].includes(name)),
    ).toEqual([]);
    expect(existsSync(inside(image, 'examples/notes/main.ts'))).toBe(false);
  });

  it('starts, becomes healthy, and serves a client', async () => {
    const { url, port } = await start();
    await healthcheck(port);
    const client = await connectClient(url);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('create_note');
    await client.close();
  });

  it('is unhealthy when the server does not run', async () => {
    const { port } = await start();
    server!.kill('SIGKILL');
    await once(server!, 'exit');
    await expect(healthcheck(port)).rejects.toMatchObject({ code: 1 });
  });
});
