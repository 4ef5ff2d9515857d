/**
 * What the thread does that watches the event loop of the main thread; a text, so that it is there in every bundle. It counts its own
 * ticks in which the main thread's beat did not change, so that a process that was suspended as a whole has not stalled. While the main
 * thread is blocked, it takes a CPU profile of it and writes that itself: whoever is blocked may be killed before it can.
 *
 * V8 reads what is posted to the main thread when that next checks for interrupts: within a loop at once, within a call of the system or of
 * the crypto library when that returns, and then the stack still shows who made the call.
 */
export const STALL_PROGRAM = `
const { mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { times, tickMs, missesAllowed, maxTicks, intervalUs, expression, directory, pid, own, keep, pauses } = workerData;

let seen = 0n;
let misses = 0;
/** Whether there is a profile of this stall. One that outlasts the pause gets its own when that is over. */
let isTaken = false;
let capture;
let pause = pauses.first;
let lastStall = -Infinity;
let nextAt = -Infinity;

setInterval(() => {
  const beat = Atomics.load(times, 0);
  if (beat !== seen) {
    seen = beat;
    misses = 0;
    isTaken = false;
    end();
  } else if (++misses > missesAllowed && !isTaken) begin();
  else if (capture !== undefined) {
    ask();
    if (misses > maxTicks) end();
  }
}, tickMs);

function begin() {
  const now = performance.now();
  if (now - lastStall > pauses.most) pause = pauses.first;
  lastStall = now;
  if (now < nextAt) return;
  nextAt = now + pause;
  pause = Math.min(pause * 2, pauses.most);
  isTaken = true;
  // Not before: who leaves a session open is told at its end that a debugger is there.
  const session = new Session();
  session.connectToMainThread();
  capture = { session, from: Number(seen), requests: new Set() };
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: intervalUs });
  ask();
  session.post('Profiler.start');
}

/** The request that the main thread works for now. A question at the end of the stall may find none. */
function ask() {
  const { requests, session } = capture;
  session.post('Runtime.evaluate', { expression, returnByValue: true, silent: true }, (error, answer) => {
    const request = error ? '' : String(answer.result.value ?? '');
    if (request !== '') requests.add(request);
  });
}

function end() {
  if (capture === undefined) return;
  const { session, from, requests } = capture;
  capture = undefined;
  session.post('Profiler.stop', (error, answer) => {
    try {
      session.disconnect();
      if (error) throw new Error(error.message);
      keepProfile(answer.profile, from, requests);
    } catch (reason) {
      parentPort.postMessage({ error: reason.message });
    }
  });
}

function keepProfile(profile, from, requests) {
  const ended = Number(Atomics.load(times, 1));
  if (ended > from) cut(profile, ended);
  const ms = (profile.endTime - from) / 1000;
  const request = requests.size === 1 ? [...requests][0] : '';
  if (request !== '') below(profile, request);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  const path = join(directory, 'pmcp-stall-' + time + '-' + pid + '.cpuprofile');
  writeFileSync(path, JSON.stringify(profile), { flag: 'wx', mode: 0o600 });
  const files = readdirSync(directory).filter((name) => new RegExp(own).test(name)).sort();
  for (const name of files.slice(0, Math.max(0, files.length - keep))) rmSync(join(directory, name), { force: true });
  parentPort.postMessage({ path, ms: Math.round(ms), request, stack: blocking(profile, ms) });
}

/** Removes samples from after the stall. */
function cut(profile, endTime) {
  let time = profile.startTime;
  const after = profile.timeDeltas.findIndex((delta) => (time += delta) > endTime);
  // The first sample is from the moment when the stall was detected.
  if (after > 0) for (const list of [profile.samples, profile.timeDeltas]) list.length = after;
  profile.endTime = Math.max(profile.startTime, endTime);
}

/** Makes the request the outermost frame of all stacks, as in other profiles. */
function below({ nodes }, functionName) {
  const [root] = nodes;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isOurs = (id) => !/^\\((idle|program|garbage collector)\\)$/.test(byId.get(id).callFrame.functionName);
  const id = Math.max(...byId.keys()) + 1;
  const callFrame = { functionName, scriptId: 'mcp', url: '', lineNumber: -1, columnNumber: -1 };
  nodes.push({ id, callFrame, hitCount: 0, children: (root.children ?? []).filter(isOurs) });
  root.children = [...(root.children ?? []).filter((child) => !isOurs(child)), id];
}

/** The functions that blocked, innermost first: of the most frequent stack, or of the first one if the thread answered late. */
function blocking({ nodes, samples, startTime, endTime }, ms) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const counts = new Map();
  for (const id of samples) {
    const { functionName, scriptId } = byId.get(id).callFrame;
    if (scriptId !== 'mcp' && !/^\\((idle|root|program|garbage collector)\\)$/.test(functionName)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const stack = [];
  const isLate = (endTime - startTime) / 1000 < ms / 2;
  let [id] = (isLate ? [...counts][0] : [...counts].sort(([, a], [, b]) => b - a)[0]) ?? [];
  for (; id !== undefined && stack.length < 10; id = parents.get(id)) {
    const { functionName, scriptId, url, lineNumber } = byId.get(id).callFrame;
    if (scriptId !== 'mcp' && functionName !== '(root)') stack.push((functionName || '(anonymous)') + (url && ' ' + url + ':' + (lineNumber + 1)));
  }
  return stack;
}
`;
