import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
/** Inside the repository, so that the examples find the packages that they import. */
const folder = join(import.meta.dirname, '../../node_modules/.cache/readme');
const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ''], i) => ({
  file: join(folder, `${i}.ts`),
  code,
}));

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { file, code } of examples) await writeFile(file, code);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the examples of the README', () => {
  it('compile as they stand', async () => {
    expect(examples.length).toBeGreaterThan(3);
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    const compiled = run('npx', ['tsc', ...options, ...examples.map(({ file }) => file)]);
    expect(await compiled.catch(({ stdout }) => stdout)).toMatchObject({ stdout: '' });
  });

  it.each(examples)('run: $code', async ({ file, code }) => {
    // Some open ports and connections, as they should; that they get so far is enough.
    const ends = file.replace('.ts', '-ends.ts');
    await writeFile(ends, `${code}\nprocess.exit(0);\n`);
    await run(process.execPath, ['--import', 'tsx', ends], {
      env: { ...process.env, PMCP_METRICS_PORT: '0' },
    });
  });

  it('name only variables and options that exist', async () => {
    const files = ['options.ts', 'logging/config.ts', 'tracing/config.ts', 'otlp/push-times.ts'];
    const sources = files.map((file) =>
      readFile(join(import.meta.dirname, '../../packages/observability/src', file), 'utf8'),
    );
    const options = (await Promise.all(sources)).join();
    const named = [
      ...readme.matchAll(/`(?:PMCP_[A-Z_]+|(?:metrics|connections|health|shutdown|traces|log)\.(\w+))`/g),
    ];
    const missing = named
      .map(([all, option]) => option ?? all.slice(1, -1))
      .filter((name) => !options.includes(name));
    expect(missing).toEqual([]);
  });
});
