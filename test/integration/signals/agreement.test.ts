import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { catalog } from '@pmcp/observability/catalog';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Samples } from '../../support/exposition.js';
import { hosts } from '../scenarios/hosts.js';
import { perform } from '../scenarios/play.js';
import { isAbsent, titleOn } from '../scenarios/row.js';
import { openScene, renewed, settled } from '../scenarios/scene.js';
import { rows } from '../scenarios/table.js';
import { countedByLines, countedByMetrics, countedBySpans, type Line } from './agreement.js';
import { registerApplicationProvider, Witness } from './witnesses.js';

const LEVELS = {
  ok: 'info',
  cancelled: 'info',
  client_error: 'warn',
  tool_error: 'warn',
  server_error: 'error',
  input_required: 'info',
  task: 'info',
};

/** Returns the total duration of all requests in the metrics. */
function timed(samples: Samples): number {
  const sum = `${catalog.requestDuration.name}_sum{`;
  return [...samples].reduce((total, [key, value]) => total + (key.startsWith(sum) ? value : 0), 0);
}

/** Returns the total duration of servers in the lines, without the time of their clients. */
function millisecondsOf(lines: readonly Line[]): number {
  return lines
    .filter(({ http_status, operation }) => http_status === undefined && operation === undefined)
    .reduce((sum, { duration_ms = 0, waited_ms = 0 }) => sum + duration_ms - waited_ms, 0);
}

beforeAll(() => void registerApplicationProvider());

describe.each(hosts.filter(({ transport }) => transport !== 'stdio'))('$title', (host) => {
  for (const row of rows.filter((row) => !isAbsent(host, row))) {
    it(`metrics, spans and log lines agree: ${titleOn(host, row)}`, async () => {
      const witness = new Witness();
      const scene = await openScene(host, undefined, witness.options);
      await perform(row, row.fromTheStart ? scene : await renewed(scene));
      await settled(scene);
      const samples = await scene.running.metrics();
      const counted = countedByMetrics(samples);
      await scene.running.close();

      expect(counted).not.toEqual({});
      expect(countedBySpans(witness.spans())).toEqual(counted);
      expect(countedByLines(witness.lines())).toEqual(counted);
      expect(millisecondsOf(witness.lines())).toBeCloseTo(1_000 * timed(samples), 1);
      for (const line of witness.lines()) {
        const span = witness.spans().find((span) => span.spanContext().spanId === line.span_id);
        expect(span?.kind).toBe(line.operation === undefined ? SpanKind.SERVER : SpanKind.INTERNAL);
        const [seconds, nanoseconds] = span!.duration;
        expect(seconds * 1e3 + nanoseconds / 1e6).toBeCloseTo(line.duration_ms!, 2);
        expect(span?.spanContext().traceId).toBe(line.trace_id);
        const { outcome = '' } = line;
        expect(span?.attributes['pmcp.outcome']).toBe(outcome);
        const isRefusal = line.http_status !== undefined && outcome !== 'ok';
        // A refused request is a warning, not an error: nothing is broken.
        expect(line.level).toBe(isRefusal ? 'warn' : LEVELS[outcome as keyof typeof LEVELS]);
        const isServersFault = outcome === 'server_error' || outcome === 'tool_error';
        expect(span?.attributes['error.type']).toBe(isServersFault ? line.error_type : undefined);
        expect(span?.status.code).toBe(isServersFault ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      }
    });
  }
});
