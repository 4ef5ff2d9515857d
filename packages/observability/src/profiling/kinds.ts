import type { Readable } from 'node:stream';
import { takeCpuProfile } from './cpu.js';
import { type Objects, takeHeapProfile } from './heap.js';
import { cpuPprof, heapPprof } from './pprof.js';
import { takeSnapshot } from './snapshot.js';
import type { Activity } from './timeline.js';
import { takeTrace } from './trace.js';

/** The kinds of profile. */
export const PROFILE_KINDS = ['profile', 'heap', 'heapsnapshot', 'trace'] as const;
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** The formats of each kind. The first is the default. */
export const FORMATS = {
  profile: ['pprof', 'cpuprofile'],
  heap: ['pprof', 'heapprofile'],
  heapsnapshot: ['heapsnapshot'],
  trace: ['pprof', 'json'],
} as const satisfies Record<ProfileKind, readonly string[]>;

/** A validated request for a profile. */
export interface Wish {
  readonly kind: ProfileKind;
  readonly seconds: number;
  readonly format: string;
  readonly objects: Objects;
}

export interface ProfileFile {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer | Readable;
}

/** @throws if the signal ends it early */
export async function take(
  { kind, seconds, format, objects }: Wish,
  current: () => Activity | undefined,
  signal: AbortSignal,
): Promise<ProfileFile> {
  switch (kind) {
    case 'profile': {
      const taken = await takeCpuProfile(seconds, current, signal);
      return format === 'pprof' ? pprof('cpu', await cpuPprof(taken)) : json('cpu.cpuprofile', taken.profile);
    }
    case 'heap': {
      const taken = await takeHeapProfile(seconds, objects, signal);
      if (format !== 'pprof') return json('heap.heapprofile', taken);
      return pprof(
        'heap',
        await heapPprof(taken, objects === 'live' ? 'inuse_space' : 'alloc_space', seconds),
      );
    }
    case 'trace': {
      const taken = await takeTrace(seconds, current, signal);
      return format === 'pprof'
        ? pprof('trace', await cpuPprof(taken.blocked()))
        : json('trace.json', taken.list());
    }
    case 'heapsnapshot':
      return { name: 'heap.heapsnapshot', type: 'application/json', body: takeSnapshot() };
  }
}

function pprof(name: string, body: Buffer): ProfileFile {
  return { name: `${name}.pb.gz`, type: 'application/octet-stream', body };
}

function json(name: string, value: object): ProfileFile {
  return { name, type: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}
