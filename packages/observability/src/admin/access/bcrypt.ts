import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { notInstalled } from '../../not-installed.js';

/** A verification takes a tenth of a second and more of a core; those that wait for one must not pile up. */
const MAX_WAITING = 8;
/** How many times as long as a wrong one took nothing is compared: who guesses without end has a quarter of a core. */
const REST = 3;

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.library).then(({ default: { compareSync } }) =>
  parentPort.postMessage(compareSync(workerData.password, workerData.hash)));
`;

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Compares in a thread of its own, for that would hold up the server's requests; one at a time, with a rest after a wrong one.
 *
 * @returns undefined when too many wait already
 */
export async function matchesBcrypt(password: string, hash: string): Promise<boolean | undefined> {
  if (waiting >= MAX_WAITING) return undefined;
  waiting++;
  const result = last.then(() => compare(password, hash));
  last = rested(last, result).finally(() => waiting--);
  return result;
}

/** Resolves when the next one may be compared; also after one that failed, which cost as much. */
async function rested(before: Promise<unknown>, result: Promise<boolean>): Promise<void> {
  await before;
  const start = performance.now();
  const isRight = await result.catch(() => false);
  if (!isRight) await delay((performance.now() - start) * REST, undefined, { ref: false });
}

async function compare(password: string, hash: string): Promise<boolean> {
  const library = located();
  if (library === undefined) {
    // Within a bundle. It gives way every tenth of a second.
    const bcrypt = await load();
    return bcrypt.compare(password, hash);
  }
  // Without the flags of this process: its hooks would load and watch there too, and its kind of module may be another.
  const options = { eval: true, workerData: { library, password, hash }, env: {}, execArgv: [] };
  const worker = new Worker(PROGRAM, options);
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that compares passwords has ended')));
  });
}

/** @throws NotInstalled where nothing could ever be compared */
export async function expectBcrypt(): Promise<void> {
  if (located() === undefined) await load();
}

/** The name is written out, so that bundlers can follow it; inside `try`, so that they go on where it is not installed. */
async function load() {
  try {
    return (await import('bcryptjs')).default;
  } catch (cause) {
    throw notInstalled('bcryptjs', cause, ' for passwords that are bcrypt hashes');
  }
}

function located(): string | undefined {
  try {
    // webpack would follow import.meta.resolve, by conditions that this package has no export for.
    return pathToFileURL(createRequire(import.meta.url).resolve('bcryptjs')).href;
  } catch {
    return undefined;
  }
}
