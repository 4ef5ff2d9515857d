import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../scenarios/host.js';
import { hosts } from '../scenarios/hosts.js';
import { perform } from '../scenarios/play.js';
import { isAbsent, type Row } from '../scenarios/row.js';
import { questions } from '../scenarios/rows/questions.js';
import { tasks } from '../scenarios/rows/tasks.js';
import { openScene, renewed, settled } from '../scenarios/scene.js';
import { registerApplicationProvider, Witness } from './witnesses.js';

beforeAll(() => void registerApplicationProvider());

const [completes, , cancelled] = tasks as readonly [Row, Row, Row];
const elicits = questions.find(({ title }) => title.startsWith('elicitation is a request'))!;
const inProcess = hosts.filter(({ transport }) => transport !== 'stdio');

async function spansOf(host: Host, row: Row): Promise<readonly ReadableSpan[]> {
  const witness = new Witness();
  const scene = await openScene(host, undefined, witness.options);
  await perform(row, await renewed(scene));
  await settled(scene);
  await scene.running.close();
  return witness.spans();
}

const linksOf = (span: ReadableSpan) => span.links.map(({ context }) => context.spanId);

describe.each(inProcess.filter(({ era }) => era === 'modern'))('$title', (host) => {
  it('the second round of a call links to the first', async () => {
    const spans = await spansOf(host, elicits);
    const [first, second] = spans.filter(({ name }) => name.startsWith('tools/call'));
    expect(first?.attributes['pmcp.outcome']).toBe('input_required');
    expect(linksOf(second!)).toContain(first?.spanContext().spanId);
  });
});

describe.each(inProcess.filter((host) => !isAbsent(host, completes)))('$title', (host) => {
  it.each([completes, cancelled])(
    '$title, in the trace of its call, which all later requests link to',
    async (row) => {
      const spans = await spansOf(host, row);
      const call = spans.find(({ attributes }) => attributes['pmcp.outcome'] === 'task');
      const whole = spans.filter(({ attributes }) => attributes['pmcp.operation'] === 'task');
      expect(whole.map(({ name, kind }) => [name, kind])).toEqual([
        ['tools/call takes-long', SpanKind.INTERNAL],
      ]);
      expect(whole[0]?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
      expect(whole[0]?.spanContext().traceId).toBe(call?.spanContext().traceId);
      const asked = spans.filter(({ name }) => name.startsWith('tasks/'));
      // After its end, its origin is forgotten.
      expect(linksOf(asked[0]!)).toContain(call?.spanContext().spanId);
    },
  );
});
