import { expect } from 'vitest';
import type { Prometheus, Sample } from '../../scripts/start/prometheus.js';
import { untilHolds } from './until-holds.js';

/** How long a scrape of these tests takes at most. By then it is known whether it failed. */
const SCRAPE_S = 1;

/**
 * What a Prometheus knows at a moment at which all its targets had been scraped. A later scrape may fail on a busy
 * machine, and then an instant query has no result.
 */
export class Scraped {
  private constructor(
    readonly prometheus: Prometheus,
    private readonly time: number,
  ) {}

  /** @param holds what must hold at that moment besides */
  static async by(
    prometheus: Prometheus,
    targets: number,
    holds: (scraped: Scraped) => Promise<void> = async () => {},
  ): Promise<Scraped> {
    let scraped: Scraped;
    await untilHolds(async () => {
      scraped = new Scraped(prometheus, Date.now() / 1000 - 2 * SCRAPE_S);
      expect(await scraped.number('sum(up)')).toBe(targets);
      await holds(scraped);
    });
    return scraped!;
  }

  query(query: string): Promise<Sample[]> {
    return this.prometheus.query(query, this.time);
  }

  async number(query: string): Promise<number | undefined> {
    return (await this.query(query))[0]?.value;
  }
}
