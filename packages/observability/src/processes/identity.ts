import cluster from 'node:cluster';
import { readlinkSync } from 'node:fs';
import { isMainThread, threadId } from 'node:worker_threads';

/** What the other processes of a server need to know about this one. */
export interface Identity {
  /** The version of the messages between processes. Different versions do not understand each other. */
  readonly protocol: 1;
  /** The namespace of its process id: containers may share a folder, and each has a process 1. */
  readonly namespace: string;
  readonly pid: number;
  readonly parent: number;
  readonly threadId: number;
  /** Whether `node:cluster` or PM2 runs this process as one of several of the same server. */
  readonly isWorker: boolean;
  /** The name of the application in PM2, which may run several. */
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

/** Whether this is a worker or a thread, if that can be known. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker || !isMainThread;
}

/** Whether two belong to one server: threads or copies in one process, or a parent and its workers. */
export function isSameServer(one: Identity, other: Identity): boolean {
  if (one.protocol !== other.protocol || one.namespace !== other.namespace) return false;
  if (one.pid === other.pid) return true;
  if (one.application !== other.application) return false;
  const areSiblings = one.parent === other.parent && (one.isWorker || other.isWorker);
  const isParent = (parent: Identity, child: Identity) => child.isWorker && child.parent === parent.pid;
  return areSiblings || isParent(one, other) || isParent(other, one);
}

/** Whether two belong to one server, but have different versions: the server is being replaced process by process. */
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
