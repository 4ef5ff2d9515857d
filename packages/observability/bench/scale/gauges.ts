import type { Observability } from '@pmcp/observability';

/** Checks the gauges: if they are wrong, the other figures are worthless. */
export async function expectGauges(
  toolkit: Observability | undefined,
  expected: Readonly<Record<string, number>>,
): Promise<void> {
  if (toolkit === undefined) return;
  const lines = (await toolkit.registry.metrics()).split('\n');
  for (const [series, value] of Object.entries(expected)) {
    const line = lines.find((line) => line.startsWith(`${series} `));
    if (line !== `${series} ${value}`) throw new Error(`Expected ${series} to be ${value}, got ${line}`);
  }
}

/** Returns the bytes of the heap after garbage collections. */
export async function heap(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(setImmediate);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
