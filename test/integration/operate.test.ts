import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveOneRequest } from '../support/one-request.js';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/operate.md'), 'utf8');
const commands = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
  block.split('\n').flatMap((line) => line.trim() || []),
);

let observability: Observability;
let port: number;

beforeAll(async () => {
  observability = createObservability({ metrics: { port: 0 } });
  port = (await observability.listen())?.port ?? 0;
  await serveOneRequest(observability.observe);
});
afterAll(() => observability.shutdown());

describe("the commands of the operator's guide", () => {
  it('are found in the guide', () => expect(commands.length).toBeGreaterThan(10));

  it.each(commands)('run, and print something: %s', async (command) => {
    const here = command.replace('localhost:9090', `localhost:${port}`);
    const env = { ...process.env, PID: String(process.pid) };
    const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', here], { cwd: root, env });
    expect(stdout.trim()).not.toBe('');
  });
});
