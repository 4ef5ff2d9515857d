import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blocksOf, pages } from '../../support/docs/blocks.js';
import { callsIn, linesOf } from '../../support/docs/shell.js';
import { greet } from '../../support/examples.js';
import { until } from '../../support/until.js';
import { Stage } from './stage.js';

vi.setConfig({ testTimeout: 180_000 });

/** Programs that our packages bring, or that run a server with them. */
const OURS = /^(?:npx|pmcp-[a-z]+|node)$/;

/** Lines that other commands run, each in a place of its own. */
const ELSEWHERE: readonly [line: RegExp, where: string][] = [
  [/ --kube /, 'test/integration/doctor/kubectl.test.ts, with a cluster that is a stand-in'],
  [/inspector/, 'needs a server of the reader at $URL'],
  [/^cargo /, 'test/compat/examples.test.ts'],
  [/npm run build|\/bench\//, 'scripts of the repository: the tests of examples, and the benchmarks'],
];

/** The lines that end by themselves; all others serve until they are stopped. */
const ENDS =
  / (?:assets|alerts|profile|job|dashboards publish|audit verify) |publish$|events\.jsonl$|doctor /;
/** A job prints what its command prints. */
const SILENT = / job /;
/** Findings make the doctor end with 1, and it finds what the stage lacks. */
const MAY_FIND = /doctor /;

const lines = [
  ...new Set(
    pages()
      .flatMap(blocksOf)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => linesOf(text))
      .filter((line) => callsIn(line).some(({ program }) => OURS.test(program))),
  ),
].filter((line) => !ELSEWHERE.some(([where]) => where.test(line)));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

describe('the commands of the pages, run by a reader who installed the packages', () => {
  it('are many', () => expect(lines.length).toBeGreaterThan(25));

  it.each(lines.filter((line) => ENDS.test(line) && !line.includes(' audit ')))(
    'do their work: %s',
    async (line) => {
      if (/assets (?!.*--force)/.test(line)) await stage.forget('monitoring');
      const started = await stage.run(line);
      const code = await started.code();
      expect(MAY_FIND.test(line) ? [0, 1] : [0], started.said).toContain(code);
      expect(SILENT.test(line) || started.said.trim() !== '').toBe(true);
    },
  );

  it.each(lines.filter((line) => !ENDS.test(line) && !/^tail |^PMCP_AUDIT=/.test(line)))(
    'serve: %s',
    async (line) => {
      const started = await stage.run(line);
      try {
        await until(
          () => !started.isRunning || /on port \d+|http:\/\/(?:127|localhost)/.test(started.said),
          90_000,
        );
        expect(started.isRunning, started.said).toBe(true);
      } finally {
        await started.stop();
      }
    },
  );

  it('write an audit log, and read it', async () => {
    const written = await stage.run(lines.find((line) => line.startsWith('PMCP_AUDIT=')) ?? '', {
      PMCP_AUDIT_SIGNING_KEY_FILE: 'private.pem',
    });
    await until(() => written.said.includes('on port'), 90_000);
    const url = new URL(`http://127.0.0.1:${written.env.PORT}/mcp`);
    expect(await greet(new StreamableHTTPClientTransport(url))).toBe('Hello, Ada!');
    await written.stop();
    const [verify = '', exported = '', followed = ''] = lines.filter((line) => line.includes(' audit '));
    for (const line of [verify, exported]) {
      const started = await stage.run(line);
      expect(await started.code(), started.said).toBe(0);
    }
    const started = await stage.run(followed);
    await until(() => started.said.includes('"class_uid":6003') || !started.isRunning, 60_000);
    expect(started.isRunning, started.said).toBe(true);
    await started.stop();
  });
});
