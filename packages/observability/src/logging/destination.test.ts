import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { logging } from '../../../../test/support/logging.js';
import type { createFamilies } from '../metrics/families.js';

/** Returns the lost lines by reason. */
function dropped({ telemetryDropped }: ReturnType<typeof createFamilies>): Record<string, number> {
  const { series } = telemetryDropped;
  return Object.fromEntries(series.map(([, reason], slot) => [reason, telemetryDropped.value(slot)]));
}

describe('a destination', () => {
  it('can be a file, in a folder that is created', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pmcp-log-'));
    const file = join(folder, 'logs/notes.log');
    logging({ destination: file }).logger.info('kept');
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"msg":"kept"');
    rmSync(folder, { recursive: true });
  });

  it('that cannot be written is an error at start-up', () => {
    expect(() => logging({ destination: '/dev/null/notes.log' })).toThrow(
      'Expected `log.destination` to be a file that can be written, got "/dev/null/notes.log"',
    );
  });

  it('that throws loses only its line', () => {
    const write = () => {
      throw new Error('closed');
    };
    const { logger, families } = logging({ destination: { write } });
    logger.info('lost');
    expect(dropped(families)).toEqual({ export_failed: 1 });
  });

  it('that does not drain gets a bounded part, and dropped lines are counted', () => {
    const stream = new Writable({ write: () => {} });
    const { logger, families } = logging({ destination: stream });
    const text = 'x'.repeat(1_000);
    for (let i = 0; i < 6_000; i++) logger.info({ text });
    expect(stream.writableLength).toBeGreaterThan(4_000_000);
    expect(stream.writableLength).toBeLessThan(4.3e6);
    const { queue_full = 0 } = dropped(families);
    expect(queue_full).toBeGreaterThan(1_500);
    stream.destroy();
  });

  it.runIf(process.platform === 'linux')('on a full disk counts lost lines with that reason', async () => {
    const { logger, families } = logging({ destination: '/dev/full' });
    logger.info('lost');
    await expect.poll(() => dropped(families)).toEqual({ export_failed: 1 });
  });
});
