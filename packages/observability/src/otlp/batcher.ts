import { setImmediate as immediate } from 'node:timers/promises';
import type { Report } from './report.js';

/** Sends a batch; resolves to how many of it the receiver refused, rejects when all is lost. */
export type Send<T> = (batch: T[]) => Promise<number>;

export interface BatcherOptions {
  /** Items that may wait; what comes on top is dropped. */
  readonly maxQueueSize: number;
  readonly maxBatchSize: number;
  /** Milliseconds that an item waits for others. */
  readonly delayMs: number;
}

/**
 * Batches that may be on their way at once. With one, throughput is a batch per round trip to the collector,
 * and one that takes 100 ms would hold a busy server to 5,000 a second.
 */
const MAX_IN_FLIGHT = 8;

/** Collects items and sends them in batches, never while a request is waiting and never without a bound. */
export class Batcher<T> {
  private queue: T[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isSendDue = false;

  constructor(
    private readonly options: BatcherOptions,
    private readonly send: Send<T>,
    private readonly report: Report,
  ) {}

  add(item: T): void {
    const { maxQueueSize, maxBatchSize, delayMs } = this.options;
    if (this.queue.length >= maxQueueSize) {
      this.report.dropped('queue_full', 1);
      return;
    }
    this.queue.push(item);
    if (this.queue.length >= maxBatchSize) this.sendFullBatch();
    else this.timer ??= setTimeout(() => void this.sendWaiting(), delayMs).unref();
  }

  /** Sends what waits, and resolves when the collector has answered for all of it. Never rejects. */
  async flush(): Promise<void> {
    do {
      await this.sendWaiting();
      if (this.inFlight.size > 0) await Promise.race(this.inFlight);
    } while (this.queue.length > 0 || this.inFlight.size > 0);
  }

  /** Serialising is work, so it waits until the request that filled the batch is done. */
  private sendFullBatch(): void {
    if (this.isSendDue || this.inFlight.size >= MAX_IN_FLIGHT) return;
    this.isSendDue = true;
    setImmediate(() => {
      this.isSendDue = false;
      if (this.queue.length < this.options.maxBatchSize || this.inFlight.size >= MAX_IN_FLIGHT) return;
      this.sendBatch();
      this.sendFullBatch();
    });
  }

  /** Batch by batch, with the event loop in between. */
  private async sendWaiting(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    let waiting = this.queue.length;
    while (waiting > 0 && this.inFlight.size < MAX_IN_FLIGHT) {
      waiting -= this.sendBatch();
      await immediate();
    }
  }

  private sendBatch(): number {
    const batch = this.queue.splice(0, this.options.maxBatchSize);
    const sent = this.sendAndReport(batch).finally(() => {
      this.inFlight.delete(sent);
      if (this.queue.length >= this.options.maxBatchSize) this.sendFullBatch();
    });
    this.inFlight.add(sent);
    return batch.length;
  }

  private async sendAndReport(batch: T[]): Promise<void> {
    try {
      const rejected = Math.min(await this.send(batch), batch.length);
      if (rejected > 0) this.report.dropped('rejected', rejected);
      this.report.exported(batch.length - rejected);
    } catch {
      this.report.dropped('export_failed', batch.length);
    }
  }
}
