import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { corpus } from '../support/privacy/corpus.js';

const LINES = corpus(1_000, 14).filter(({ secrets }) => secrets.length > 0);

/** The text of each signal, as its reader sees it. */
const signals: Record<string, string> = {};

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pmcp-privacy-'));
  const texts = join(folder, 'texts.json');
  writeFileSync(texts, JSON.stringify(LINES.map((line) => line.text)));
  const collector = await Collector.start();
  const child = spawn(process.execPath, ['test/fixtures/handles-secrets.mjs'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TEXTS: texts,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_BSP_MAX_QUEUE_SIZE: '20000',
      OTEL_BLRP_MAX_QUEUE_SIZE: '20000',
    },
  });
  const [said, lines] = await Promise.all([text(child.stdout), text(child.stderr)]);
  Object.assign(signals, JSON.parse(said));
  signals['log lines'] = lines
    .trimEnd()
    .split('\n')
    .flatMap((line) => textsIn(JSON.parse(line)))
    .join('\n');
  signals.spans = textsIn(collector.spans).join('\n');
  signals['log records'] = textsIn(collector.logs).join('\n');
  collector.stop();
  rmSync(folder, { recursive: true });
});

afterAll(() => {
  for (const name of Object.keys(signals)) delete signals[name];
});

/** Returns all strings in a value, also keys, without JSON punctuation. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)]);
}

describe('a server with default settings whose arguments, results, errors, checks and messages contain secrets', () => {
  it.each(['/health', '/health/ready', '/metrics', 'log lines', 'spans', 'log records'])(
    'reveals none of them in its %s',
    (signal) => {
      const shown = signals[signal] ?? '';
      const leaked = LINES.filter(({ secrets }) => secrets.some((secret) => shown.includes(secret)));
      expect(leaked.map(({ shape, text }) => [shape, text])).toEqual([]);
    },
  );

  it('still shows that each of these events happened', () => {
    expect(signals.spans?.match(/tools\/call/g)?.length).toBeGreaterThanOrEqual(3 * LINES.length);
    expect(signals.spans?.match(/url\.full/g)?.length).toBe(LINES.length);
    expect(signals.spans?.match(/\[redacted\]/g)?.length).toBeGreaterThan(LINES.length);
    for (const name of ['log lines', 'log records']) {
      expect(signals[name]?.match(/\[redacted\]/g)?.length).toBeGreaterThan(5 * LINES.length);
    }
    expect(signals['/health']?.match(/"status":"error","reason":"failed"/g)?.length).toBeGreaterThan(30);
    expect(signals['/metrics']).toContain('pmcp_requests_total');
  });
});
