import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { judge, memory, memoryUse } from './memory.js';

const MiB = 1024 * 1024;

describe('memory', () => {
  it('passes on a machine with free memory, and reports how much is used', async () => {
    expect(await memory({ maxUsage: 1 }).run(new AbortController().signal)).toMatch(
      /^\d+\.\d % of \d+ MiB in use$/,
    );
  });

  it('fails above its share of the limit, not at it', () => {
    expect(judge({ used: 90 * MiB, limit: 100 * MiB }, 0.9)).toBe('90.0 % of 100 MiB in use');
    expect(() => judge({ used: 91 * MiB, limit: 100 * MiB }, 0.9)).toThrow('91.0 % of 100 MiB in use');
  });

  it('falls back to the share of the machine that the process uses', async () => {
    const { used, limit } = await memoryUse('/nonexistent');
    expect(limit).toBeLessThanOrEqual(totalmem());
    expect(used).toBeGreaterThan(MiB);
    expect(used).toBeLessThan(limit);
  });

  it('does not gate readiness by default', () => {
    expect(memory()).toMatchObject({ name: 'memory', gatesReadiness: false });
    expect(memory({ gatesReadiness: true, timeoutMs: 5 })).toMatchObject({
      gatesReadiness: true,
      timeoutMs: 5,
    });
  });

  it('rejects a percentage', () => {
    expect(() => memory({ maxUsage: 90 })).toThrow(
      'Expected `memory.maxUsage` to be a share from 0 to 1, got 90',
    );
  });
});
