import type { ExportResult } from '@opentelemetry/core';
import type { Way } from './exporter.js';
import { retryDelay } from './retry-info.js';

/** gRPC statuses after which the protocol allows another attempt, since the batch itself is not wrong. */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);
/** The receiver is full. Another attempt makes sense only if it says when. */
const RESOURCE_EXHAUSTED = 8;

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5_000;
/** A collector that always asks for an immediate attempt would otherwise take all the time of the process. */
const LEAST_DELAY_MS = 200;
const FACTOR = 1.5;
const JITTER = 0.2;

/**
 * Sends a batch again after a failure, since gRPC's own exporters give up at once. The delay grows, or is the
 * one that the collector asks for. The timeout of the batch ends the attempts.
 */
export function retrying<Batch>(
  way: Way<Batch>,
  timeoutMs: number,
  onRetry: (error: Error) => void,
): Way<Batch> {
  return {
    export(batch, done) {
      const end = performance.now() + timeoutMs;
      let delay = FIRST_DELAY_MS;
      const attempt = () => way.export(batch, judge);
      const judge = (result: ExportResult) => {
        const wait = waitAfter(result, delay);
        if (wait === undefined || performance.now() + wait > end) return done(result);
        onRetry(result.error as Error);
        delay = Math.min(delay * FACTOR, MAX_DELAY_MS);
        // Does not keep the process alive if it has nothing else to do.
        setTimeout(attempt, wait).unref();
      };
      attempt();
    },
    shutdown: () => way.shutdown(),
  };
}

/** Returns the milliseconds until the next attempt; undefined if there is none. */
function waitAfter({ error }: ExportResult, delay: number): number | undefined {
  if (error === undefined) return undefined;
  const { code, metadata } = error as Error & { code?: unknown; metadata?: unknown };
  if (typeof code !== 'number') return undefined;
  const asked = atLeast(LEAST_DELAY_MS, retryDelay(metadata));
  if (code === RESOURCE_EXHAUSTED) return asked;
  if (!RETRYABLE.has(code)) return undefined;
  return asked ?? delay * (1 + (Math.random() * 2 - 1) * JITTER);
}

function atLeast(least: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(least, ms);
}
