import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { setImmediate as immediate } from 'node:timers/promises';
import { outside } from '../outside.js';
import type { Report } from './report.js';

/** Sends a batch. Resolves to the number of rejected items; rejects if all are lost. */
export type Send<T> = (batch: T[]) => Promise<number>;

export interface BatcherOptions {
  /** How many items may wait. More are dropped. */
  readonly maxQueueSize: number;
  readonly maxBatchSize: number;
  /** For how many milliseconds an item waits for others. */
  readonly delayMs: number;
}

/**
 * How many batches may be in flight at once. With only one, the throughput is one batch for each round trip: a collector that
 * takes 100 ms would limit a busy server to 5,000 items a second.
 */
const MAX_IN_FLIGHT = 8;

/** The size of the first batch, since code takes ten times as long when it first runs. */
const MIN_BATCH_SIZE = 16;
/** The target time in milliseconds that a batch blocks the event loop. Batches grow below it, and shrink above it. */
const QUICK_MS = 2;
const SLOW_MS = 5;

/** Collects items and sends them in batches, bounded, and never in the way of a request. */
export class Batcher<T> {
  private queue: T[] = [];
  private readonly inFlight = new Map<Promise<void>, readonly T[]>();
  private timer: NodeJS.Timeout | undefined;
  private isSendDue = false;
  private batchSize = MIN_BATCH_SIZE;

  constructor(
    private readonly options: BatcherOptions,
    private readonly send: Send<T>,
    private readonly report: Report,
  ) {}

  add(item: T): void {
    if (this.queue.length >= this.options.maxQueueSize) {
      this.report.dropped('queue_full', 1);
      return;
    }
    this.queue.push(item);
    this.schedule();
  }

  /** Sends what waits, and resolves when the collector answered for all of it. Never rejects. */
  async flush(): Promise<void> {
    do {
      await this.sendWaiting();
      if (this.inFlight.size > 0) await Promise.race(this.inFlight.keys());
    } while (this.queue.length > 0 || this.inFlight.size > 0);
  }

  /**
   * What waits, and what nobody has answered for yet, in batches: of the latter some may have arrived. It is for who sends
   * it when the process ends at once.
   */
  unanswered(): T[][] {
    const all = [...this.inFlight.values(), this.queue].flat();
    const { maxBatchSize } = this.options;
    const count = Math.ceil(all.length / maxBatchSize);
    return Array.from({ length: count }, (_, i) => all.slice(i * maxBatchSize, (i + 1) * maxBatchSize));
  }

  /** Sends soon if there is enough for the largest batch, else after the delay. */
  private schedule(): void {
    const { maxBatchSize, delayMs } = this.options;
    if (this.queue.length >= maxBatchSize) this.sendSoon();
    else if (this.queue.length > 0)
      this.timer ??= outside(() => setTimeout(() => void this.sendWaiting(), delayMs)).unref();
  }

  /** Serialising is work, so it waits until the present request is done. */
  private sendSoon(): void {
    if (this.isSendDue || this.inFlight.size >= MAX_IN_FLIGHT) return;
    this.isSendDue = true;
    outside(() => setImmediate(() => void this.sendFull()));
  }

  /** What does not fill another batch may wait for more. */
  private async sendFull(): Promise<void> {
    await this.sendWaiting(this.queue.length - (this.queue.length % this.options.maxBatchSize));
    this.isSendDue = false;
    this.schedule();
  }

  /** Sends batch by batch, and lets the event loop run in between. */
  private async sendWaiting(waiting = this.queue.length): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // Another call may take some of them in the meantime.
    while (Math.min(waiting, this.queue.length) > 0 && this.inFlight.size < MAX_IN_FLIGHT) {
      waiting -= this.sendBatch(waiting);
      await immediate();
    }
    this.schedule();
  }

  private sendBatch(waiting: number): number {
    const batch = this.queue.splice(0, Math.min(waiting, this.batchSize, this.options.maxBatchSize));
    const start = performance.now();
    const sent = this.sendAndReport(batch).finally(() => {
      this.inFlight.delete(sent);
      this.schedule();
    });
    this.inFlight.set(sent, batch);
    this.resize(performance.now() - start);
    return batch.length;
  }

  /** @param took for how many milliseconds the last batch blocked the event loop */
  private resize(took: number): void {
    if (took < QUICK_MS) this.batchSize = Math.min(this.batchSize * 2, this.options.maxBatchSize);
    else if (took > SLOW_MS) this.batchSize = Math.max(Math.ceil(this.batchSize / 2), MIN_BATCH_SIZE);
  }

  private async sendAndReport(batch: T[]): Promise<void> {
    try {
      const rejected = Math.min(await this.send(batch), batch.length);
      if (rejected > 0) this.report.dropped('rejected', rejected);
      this.report.exported(batch.length - rejected);
    } catch (error) {
      this.report.dropped('export_failed', batch.length, error);
    }
  }
}
