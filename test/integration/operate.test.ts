import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, pages, ROOT } from '../support/docs/blocks.js';
import { callsIn, linesOf } from '../support/docs/shell.js';
import { serveOneRequest } from '../support/one-request.js';

/** They look at a server or at the system, and change nothing. */
const LOOKING = ['cat', 'curl', 'echo', 'grep', 'ls', 'tail', 'wc'];

const lines = pages()
  .flatMap(blocksOf)
  .filter(({ language, page }) => language === 'sh' && !page.startsWith('alerts/runbooks/'))
  .flatMap(({ text }) => linesOf(text))
  .filter((line) => callsIn(line).every(({ program }) => LOOKING.includes(program)))
  // A token and a file are the reader's own; other tests have them.
  .filter((line) => !/token|\.jsonl/.test(line));
const commands = [...new Set(lines)];

let observability: Observability;
let port: number;

beforeAll(async () => {
  observability = createObservability({ metrics: { port: 0 } });
  port = (await observability.listen())?.port ?? 0;
  await serveOneRequest(observability.observe);
});
afterAll(() => observability.shutdown());

describe('the commands of the pages that look at a server', () => {
  it('are found', () => expect(commands.length).toBeGreaterThan(15));

  it.each(commands)('run, and print something: %s', async (command) => {
    const here = command.replace(/localhost:(?:9090|9464)/, `localhost:${port}`);
    const env = { ...process.env, PID: String(process.pid) };
    const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', here], { cwd: ROOT, env });
    expect(stdout.trim()).not.toBe('');
  });
});
