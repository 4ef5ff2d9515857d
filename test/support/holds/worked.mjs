import { openSync, readSync } from 'node:fs';

/** Returns the milliseconds that this thread has run, which other programs on the machine do not lengthen. */
export const worked = process.threadCpuUsage ? fromNode : fromLinux();

function fromNode() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** For Node before 22.19, which can't report it. Linux is at most a tick late. */
function fromLinux() {
  const file = openSync('/proc/thread-self/schedstat', 'r');
  const bytes = Buffer.alloc(64);
  return () => {
    readSync(file, bytes, 0, bytes.length, 0);
    return Number.parseInt(bytes.toString('latin1'), 10) / 1e6;
  };
}
