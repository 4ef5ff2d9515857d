import { Worker } from 'node:worker_threads';
import type { LastRequest } from './last-request.js';

/** Code as a string, so that it is the same in every bundle. It needs only Node's own modules. */
const WORK = `
const { workerData: { requests, flag } } = require('node:worker_threads');
let left = requests.length;
const done = () => {
  if (--left > 0) return;
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
};
const ignore = () => {};
for (const { url, path, headers, body, tls } of requests) {
  if (path === undefined) {
    const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
    const sent = request(url, { method: 'POST', headers, ...tls }, (answer) => answer.resume());
    sent.on('error', ignore).once('close', done).end(body);
  } else {
    const session = require('node:http2').connect(url, tls);
    session.on('error', ignore).once('close', done);
    const head = { ':method': 'POST', ':path': path, te: 'trailers', 'content-type': 'application/grpc' };
    const call = session.request({ ...headers, ...head });
    call.on('error', ignore).once('close', () => session.close()).resume().end(body);
  }
}`;

/**
 * Sends requests in another thread, and blocks this thread meanwhile. It works in a process that is about to
 * end, which calls no callbacks any more. Never throws.
 *
 * @param ms how long it may take at most
 */
export function sendAndWait(requests: readonly LastRequest[], ms: number): void {
  try {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    // Without this thread's environment and options, whose hooks would load and run more code there.
    new Worker(WORK, { eval: true, workerData: { requests, flag }, env: {}, execArgv: [] }).unref();
    Atomics.wait(flag, 0, 0, ms);
  } catch {
    // If threads are not allowed, the telemetry is lost, as without us.
  }
}
