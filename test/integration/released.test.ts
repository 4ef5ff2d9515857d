import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const LIBRARY = new URL('../../packages/observability/dist/index.js', import.meta.url);

const SOURCE = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { createObservability } from '${LIBRARY}';
  const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'beforeExit', 'exit', 'uncaughtException', 'unhandledRejection', 'warning'];
  const left = () => ({
    listeners: SIGNALS.map((event) => process.listenerCount(event)),
    handles: process.getActiveResourcesInfo().sort(),
  });
  const used = async () => {
    const toolkit = createObservability({ log: { destination: '/dev/null' }, metrics: { host: '127.0.0.1', port: 0 } });
    await toolkit.listen();
    await toolkit.shutdown();
    return new WeakRef(toolkit);
  };
  // What is made once for all is there after the first.
  await used();
  const before = left();
  const toolkits = [];
  for (let i = 0; i < 20; i++) toolkits.push(await used());
  const alive = () => toolkits.filter((toolkit) => toolkit.deref()).length;
  for (let i = 0; i < 200 && (alive() > 0 || left().handles.length > before.handles.length); i++) {
    await turn();
    global.gc();
  }
  console.log(JSON.stringify({ before, after: left(), alive: alive() }));
  process.exit();
`;

it('a toolkit that was shut down leaves no listener, handle or reference behind', async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', SOURCE];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { before, after, alive } = JSON.parse(stdout);
  expect(after).toEqual(before);
  expect(alive).toBe(0);
}, 60_000);
