import cluster from 'node:cluster';
import { readlinkSync } from 'node:fs';
import { isMainThread, threadId } from 'node:worker_threads';

/** Which process this is, as far as its siblings need to know. */
export interface Identity {
  /** Of the messages between processes; those of another one do not understand each other. */
  readonly protocol: 1;
  /** In which world of process ids: containers may share a folder, and each has a process 1. */
  readonly namespace: string;
  readonly pid: number;
  readonly parent: number;
  readonly threadId: number;
  /** Whether a parent runs this process as one of several of the same server: `node:cluster`, or PM2. */
  readonly isWorker: boolean;
  /** What PM2 calls the application: one PM2 runs several. */
  readonly application: string;
}

export function identity(env: NodeJS.ProcessEnv = process.env): Identity {
  return {
    protocol: 1,
    namespace: namespace(),
    pid: process.pid,
    parent: process.ppid,
    threadId,
    isWorker: cluster.isWorker,
    application: env.pm_id === undefined ? '' : (env.name ?? ''),
  };
}

/** Whether this is a worker or a thread, as far as that can be known. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker || !isMainThread;
}

/** Whether two are parts of one server: threads or copies in one process, or workers of one parent, and that parent. */
export function isSameServer(one: Identity, other: Identity): boolean {
  if (one.protocol !== other.protocol || one.namespace !== other.namespace) return false;
  if (one.pid === other.pid) return true;
  if (one.application !== other.application) return false;
  const areSiblings = one.parent === other.parent && (one.isWorker || other.isWorker);
  const isParent = (parent: Identity, child: Identity) => child.isWorker && child.parent === parent.pid;
  return areSiblings || isParent(one, other) || isParent(other, one);
}

/** Whether two are parts of one server that do not understand each other: it is being replaced, process by process. */
export function isOtherVersion(one: Identity, other: Identity): boolean {
  const { protocol } = one;
  return protocol !== other.protocol && isSameServer(one, { ...other, protocol });
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
