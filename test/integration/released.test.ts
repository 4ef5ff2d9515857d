import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const LIBRARY = new URL('../../packages/observability/dist/index.js', import.meta.url);

const SOURCE = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
  import { createObservability } from '${LIBRARY}';
  const COUNT = 60;
  const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'beforeExit', 'exit', 'uncaughtException', 'unhandledRejection', 'warning'];
  // What Node does not list among its handles, and what costs time for as long as it is there.
  const running = new Set();
  const watch = (prototype, begin, end) => {
    const { [begin]: begins, [end]: ends } = prototype;
    prototype[begin] = function (...args) { running.add(this); return begins.apply(this, args); };
    prototype[end] = function (...args) { running.delete(this); return ends.apply(this, args); };
  };
  watch(Object.getPrototypeOf(monitorEventLoopDelay()), 'enable', 'disable');
  watch(PerformanceObserver.prototype, 'observe', 'disconnect');
  const left = () => ({
    listeners: SIGNALS.map((event) => process.listenerCount(event)),
    handles: process.getActiveResourcesInfo().sort(),
    running: running.size,
  });
  const used = async () => {
    const toolkit = createObservability({ log: { destination: '/dev/null' }, metrics: { host: '127.0.0.1', port: 0 } });
    await toolkit.listen();
    await toolkit.shutdown();
    return new WeakRef(toolkit);
  };
  // What is made once for all is there after the first.
  await used();
  for (let i = 0; i < 20; i++) { await turn(); global.gc(); }
  const before = left();
  const heap = process.memoryUsage().heapUsed;
  const toolkits = [];
  for (let i = 0; i < COUNT; i++) toolkits.push(await used());
  const alive = () => toolkits.filter((toolkit) => toolkit.deref()).length;
  for (let i = 0; i < 200 && (alive() > 0 || left().handles.length > before.handles.length); i++) {
    await turn();
    global.gc();
  }
  const each = (process.memoryUsage().heapUsed - heap) / COUNT;
  console.log(JSON.stringify({ before, after: left(), alive: alive(), each }));
  process.exit();
`;

it('a toolkit that was shut down leaves no listener, handle, monitor or reference', async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', SOURCE];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { before, after, alive, each } = JSON.parse(stdout);
  expect(after).toEqual(before);
  expect(alive).toBe(0);
  // This includes code that was compiled meanwhile; a retained toolkit takes 50 kB.
  expect(each).toBeLessThan(25_000);
});
