import type { Readable } from 'node:stream';
import { FORMATS, type ProfileFile, type ProfileKind, take, type Wish } from './kinds.js';
import { expectPprof } from './pprof.js';
import { sent } from './sent.js';
import { whyNoSnapshot } from './snapshot.js';
import type { Activity } from './timeline.js';

const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 60;

/** The answer of a route. */
export interface ProfileAnswer {
  readonly status: number;
  /** Why there is no profile; undefined if there is one. */
  readonly error?: string;
  readonly file?: Omit<ProfileFile, 'body'> & { readonly body: Readable; readonly bytes: number | undefined };
}

/** The caller. */
export interface Asker {
  readonly address: string | undefined;
  /** Aborted when the caller no longer waits. */
  readonly gone: AbortSignal;
  /** Whether the answer can't be read on its way, by TLS or loopback. */
  readonly isPrivate: boolean;
}

export interface TakenProfile {
  readonly profile: ProfileKind;
  readonly seconds: number;
  readonly format: string;
  readonly address: string | undefined;
}

/** Takes profiles on request, one at a time. Without a request, it costs only this object. */
export class Profiling {
  private isBusy = false;

  constructor(
    /** Whether heap snapshots are allowed. They contain everything that the process holds. */
    readonly hasSnapshots: boolean,
    /** Returns the request that the process works for now. */
    readonly current: () => Activity | undefined,
    /** Called before each profile. */
    private readonly taken: (facts: TakenProfile) => void,
  ) {}

  async answer(kind: ProfileKind, query: URLSearchParams, asker: Asker): Promise<ProfileAnswer> {
    const wish = wishOf(kind, query);
    if ('error' in wish) return { status: 400, error: wish.error };
    if (kind === 'heapsnapshot' && !asker.isPrivate)
      return { status: 403, error: 'a heap snapshot holds secrets: it leaves over TLS or loopback only' };
    if (this.isBusy) return { status: 409, error: 'a profile is being taken already' };
    this.isBusy = true;
    try {
      // Checked before the wait for the profile, not after it.
      const missing = wish.format === 'pprof' ? await whyNoPprof(kind) : undefined;
      if (missing !== undefined) return this.done({ status: 501, error: missing });
      const reason = kind === 'heapsnapshot' ? await whyNoSnapshot() : undefined;
      if (reason !== undefined) return this.done({ status: 503, error: reason });
      const { seconds, format } = wish;
      this.taken({ profile: kind, seconds, format, address: asker.address });
      const { name, type, body } = await take(wish, this.current, asker.gone);
      const bytes = Buffer.isBuffer(body) ? body.length : undefined;
      const ended = () => {
        this.isBusy = false;
      };
      return { status: 200, file: { name, type, bytes, body: sent(body, ended) } };
    } catch (error) {
      this.isBusy = false;
      if (asker.gone.aborted) return { status: 503, error: 'nobody waits for it any more' };
      throw error;
    }
  }

  /** @returns false if another profile is being taken; rejects if it fails */
  async exclusively(facts: TakenProfile, work: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    try {
      this.taken(facts);
      await work();
      return true;
    } finally {
      this.isBusy = false;
    }
  }

  private done(answer: ProfileAnswer): ProfileAnswer {
    this.isBusy = false;
    return answer;
  }
}

async function whyNoPprof(kind: ProfileKind): Promise<string | undefined> {
  try {
    await expectPprof();
    return undefined;
  } catch (error) {
    const others = FORMATS[kind].filter((format) => format !== 'pprof');
    return `${(error as Error).message}, or ask for format=${others.join(' or ')}`;
  }
}

function wishOf(kind: ProfileKind, query: URLSearchParams): Wish | { error: string } {
  const seconds = Number(query.get('seconds') ?? (kind === 'heapsnapshot' ? 0 : DEFAULT_SECONDS));
  if (kind !== 'heapsnapshot' && !(seconds > 0 && seconds <= MAX_SECONDS))
    return { error: `expected seconds to be a number up to ${MAX_SECONDS}` };
  const formats: readonly string[] = FORMATS[kind];
  const format = query.get('format') ?? formats[0]!;
  if (!formats.includes(format)) return { error: `expected format to be ${formats.join(' or ')}` };
  const objects = query.get('objects') ?? 'live';
  if (objects !== 'live' && objects !== 'all') return { error: 'expected objects to be live or all' };
  return { kind, seconds, format, objects };
}
