import type { ExportResult } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retrying } from './retry.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const OK: ExportResult = { code: 0 };

function refused(code: number | undefined, details?: Uint8Array): ExportResult {
  const metadata = { get: () => (details === undefined ? [] : [details]) };
  return { code: 1, error: Object.assign(new Error('refused'), { code, metadata }) };
}

/** Sends a batch to a collector that gives these answers, and repeats the last one. */
async function outcome(...answers: ExportResult[]) {
  const times: number[] = [];
  const way = {
    export: (_: string, done: (result: ExportResult) => void) => {
      times.push(Math.round(performance.now()));
      done(answers[Math.min(times.length, answers.length) - 1] as ExportResult);
    },
    shutdown: async () => {},
  };
  const onRetry = vi.fn();
  const start = Math.round(performance.now());
  const result = new Promise<ExportResult>((done) => retrying(way, 10_000, onRetry).export('batch', done));
  await vi.runAllTimersAsync();
  return { code: (await result).code, waits: times.map((time) => time - start), onRetry };
}

/** Returns a google.rpc.Status whose only detail is a RetryInfo. */
function retryInfo(seconds: number, nanos: number): Uint8Array {
  const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, bytes.length, ...bytes];
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const duration = [8, ...varint(seconds), 16, ...varint(nanos)];
  const type = [...Buffer.from('type.googleapis.com/google.rpc.RetryInfo')];
  const any = [...field(1, type), ...field(2, field(1, duration))];
  return Uint8Array.from([8, 8, ...field(2, [...Buffer.from('full')]), ...field(3, any)]);
}

describe('a batch that a collector rejects', () => {
  it.each([1, 4, 10, 11, 14, 15])('is sent again after status %d', async (code) => {
    const { code: result, waits, onRetry } = await outcome(refused(code), OK);
    expect([result, waits.length]).toEqual([0, 2]);
    expect(waits[1]).toBeGreaterThanOrEqual(800);
    expect(waits[1]).toBeLessThanOrEqual(1_200);
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it.each([2, 3, 5, 6, 7, 8, 9, 12, 13, 16, undefined])('is lost at once after status %s', async (code) => {
    expect(await outcome(refused(code), OK)).toMatchObject({ code: 1, waits: [0] });
  });

  it('is sent again after the delay of the collector, also when the collector is full', async () => {
    expect((await outcome(refused(8, retryInfo(2, 500_000_000)), OK)).waits).toEqual([0, 2_500]);
    expect((await outcome(refused(14, retryInfo(0, 300_000_000)), OK)).waits).toEqual([0, 300]);
  });

  it('is sent again after a pause, also if the collector asks for none', async () => {
    expect((await outcome(refused(14, retryInfo(0, 0)), OK)).waits).toEqual([0, 200]);
  });

  it('is sent again as usual if the details are too long to contain a delay', async () => {
    const details = Uint8Array.from(new Array(200_000).fill([26, 0]).flat());
    const before = process.cpuUsage();
    expect((await outcome(refused(14, details), OK)).waits[1]).toBeGreaterThanOrEqual(800);
    // It took minutes when each field copied the previous ones.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });

  it('is given up when the time of a batch is over, after growing pauses', async () => {
    const { code, waits } = await outcome(refused(14));
    expect(code).toBe(1);
    expect(waits.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  });

  it.each([
    new Uint8Array([26]),
    new Uint8Array([26, 200, 1]),
    new Uint8Array(0),
    Uint8Array.from([255, 255]),
  ])('is judged by its status alone if the details cannot be read: %s', async (details) => {
    expect((await outcome(refused(8, details), OK)).waits).toEqual([0]);
    expect((await outcome(refused(14, details), OK)).code).toBe(0);
  });
});
