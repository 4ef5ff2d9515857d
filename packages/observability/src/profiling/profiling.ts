import type { Socket } from 'node:net';
import { takeCpuProfile } from './cpu.js';
import { toPprof } from './pprof.js';
import { type Activity, Timeline } from './timeline.js';

const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 60;

/** What a route answers with. */
export interface ProfileAnswer {
  readonly status: number;
  /** Why there is no profile. */
  readonly error?: string;
  readonly file?: { readonly name: string; readonly type: string; readonly bytes: Buffer };
}

/** Takes profiles for who asks, one at a time. While nobody asks it is nothing but this object. */
export class Profiling {
  private isBusy = false;

  constructor(
    private readonly current: () => Activity | undefined,
    /** Told of each profile that was taken. */
    private readonly taken: (facts: { seconds: number; format: string; address: string | undefined }) => void,
  ) {}

  /** @param socket when it goes, nobody waits for the profile any more */
  async cpu(query: URLSearchParams, socket: Socket | undefined): Promise<ProfileAnswer> {
    const seconds = Number(query.get('seconds') ?? DEFAULT_SECONDS);
    if (!(seconds > 0 && seconds <= MAX_SECONDS))
      return { status: 400, error: `expected seconds to be a number up to ${MAX_SECONDS}` };
    const format = query.get('format') ?? 'pprof';
    if (format !== 'pprof' && format !== 'cpuprofile')
      return { status: 400, error: 'expected format to be pprof or cpuprofile' };
    if (this.isBusy) return { status: 409, error: 'a profile is being taken already' };
    this.isBusy = true;
    const gone = new AbortController();
    const leave = () => gone.abort();
    socket?.once('close', leave);
    try {
      this.taken({ seconds, format, address: socket?.remoteAddress });
      return { status: 200, file: await this.file(seconds, format, gone.signal) };
    } catch (error) {
      if (gone.signal.aborted) return { status: 503, error: 'nobody waits for it any more' };
      throw error;
    } finally {
      socket?.off('close', leave);
      this.isBusy = false;
    }
  }

  private async file(
    seconds: number,
    format: string,
    signal: AbortSignal,
  ): Promise<NonNullable<ProfileAnswer['file']>> {
    const timeline = new Timeline(this.current);
    const profile = await takeCpuProfile(seconds, timeline, signal);
    if (format === 'cpuprofile')
      return {
        name: 'cpu.cpuprofile',
        type: 'application/json',
        bytes: Buffer.from(JSON.stringify(profile)),
      };
    const bytes = await toPprof(profile, timeline.reader());
    return { name: 'cpu.pb.gz', type: 'application/octet-stream', bytes };
  }
}
