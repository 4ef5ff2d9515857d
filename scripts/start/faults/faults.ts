import { setTimeout as delay } from 'node:timers/promises';

/** The faults that can be switched on in the notes server. */
export const FAULTS = {
  'slow-tool': {
    title: 'Slow tool',
    says: 'Every search takes two and a half seconds.',
    alert: 'PmcpToolSlow',
  },
  'failing-tool': { title: 'Failing tool', says: 'Every search fails.', alert: 'PmcpToolErrors' },
  'blocked-loop': {
    title: 'Blocked event loop',
    says: 'Work that waits for nothing keeps everything else waiting, half a second at a time.',
    alert: 'PmcpEventLoopBlocked',
  },
  'dead-database': {
    title: 'Dead database',
    says: 'The health check of the database fails.',
    alert: 'PmcpHealthCheckFailing',
  },
  'refused-token': {
    title: 'Refused token',
    says: 'Every request is answered with 401. The alert compares with an hour ago, at the speed of the demonstration.',
    alert: 'PmcpAuthorisationFailing',
  },
} as const;

export type FaultName = keyof typeof FAULTS;

const SLOW_MS = 2_500;
const BLOCK_MS = 500;
const BETWEEN_BLOCKS_MS = 250;

/** The faults that are on at the moment. */
export class Faults {
  private readonly now = new Set<FaultName>();

  has(fault: FaultName): boolean {
    return this.now.has(fault);
  }

  set(fault: FaultName, on: boolean): void {
    if (!on) {
      this.now.delete(fault);
      return;
    }
    const begins = !this.has(fault);
    this.now.add(fault);
    if (fault === 'blocked-loop' && begins) this.block();
  }

  /** Runs before each call of a tool. */
  async strike(tool: string): Promise<void> {
    if (tool !== 'search_notes') return;
    if (this.has('slow-tool')) await delay(SLOW_MS);
    if (this.has('failing-tool')) throw new Error('The index of the notes is broken, as it was told to be.');
  }

  private block(): void {
    if (!this.has('blocked-loop')) return;
    const end = performance.now() + BLOCK_MS;
    while (performance.now() < end);
    setTimeout(() => this.block(), BETWEEN_BLOCKS_MS);
  }
}
