import { queryRange } from '../api/prometheus.js';
import type { Annotation, Dashboard } from '../model/dashboard.js';
import { interpolate, type Lookup } from '../model/interpolate.js';
import { seriesName } from '../model/legend.js';
import { durationMs, stepFor } from '../model/time.js';
import { useAsked } from '../page/use-asked.js';
import type { Mark } from './context.js';
import type { TimeSpan } from './time-span.js';
import type { Variables } from './use-variables.js';

/** How many points to ask for: enough for marks, and less than the 11,000 that Prometheus returns at most. */
const POINTS = 2000;
const NONE: readonly Mark[] = [];

/** Returns the events of the time span, which the queries of the dashboard's annotations find. */
export function useMarks(
  dashboard: Dashboard,
  span: TimeSpan,
  variables: Variables,
  lookup: Lookup,
): readonly Mark[] {
  const questions = dashboard.annotations.list
    .filter(({ enable, expr }) => enable && expr)
    .map((annotation) => ({
      annotation,
      source: interpolate(annotation.datasource?.uid ?? '', lookup, 'raw'),
      query: interpolate(annotation.expr ?? '', lookup, 'promql'),
    }));
  const asking = async (signal: AbortSignal) => {
    const found = await Promise.all(
      // If the query for a mark fails, the curves are shown without it.
      questions.map((question) => askMarks(question, span, signal).catch(() => [])),
    );
    return found.flat();
  };
  const texts = JSON.stringify(questions.map(({ source, query }) => [source, query]));
  return (
    useAsked(variables.ready ? asking : undefined, [dashboard, span, texts, variables.ready]).data ?? NONE
  );
}

interface Question {
  readonly annotation: Annotation;
  readonly source: string;
  readonly query: string;
}

async function askMarks(
  { annotation, source, query }: Question,
  span: TimeSpan,
  signal: AbortSignal,
): Promise<Mark[]> {
  const rangeMs = (span.end - span.start) * 1000;
  const step = Math.min(durationMs(annotation.step || '60s'), stepFor(rangeMs, POINTS, 1000)) / 1000;
  const coarse = Math.max(step, rangeMs / 1000 / POINTS);
  const range = { start: span.start, end: span.end, step: coarse };
  const series = await queryRange(source, query, range, signal);
  return series.flatMap(({ metric, values }) => {
    const title = annotation.titleFormat ? seriesName(annotation.titleFormat, metric) : annotation.name;
    const details = seriesName(annotation.textFormat ?? '', metric);
    return spells(
      values.filter(([, value]) => Number(value) > 0).map(([at]) => at),
      Math.max(coarse * 1.5, (rangeMs / 1000) * SAME_FOR),
    ).map(
      ([from, to]): Mark => ({
        atMs: from * 1000,
        untilMs: to * 1000,
        title,
        details,
        colour: annotation.iconColor,
      }),
    );
  });
}

/** Marks closer than this share of the time range become one, since many marks would hide the curves. */
const SAME_FOR = 1 / 40;

/** Joins times that are at most `gap` apart. */
function spells(times: readonly number[], gap: number): [number, number][] {
  const found: [number, number][] = [];
  for (const time of times) {
    const last = found.at(-1);
    if (last && time - last[1] <= gap) last[1] = time;
    else found.push([time, time]);
  }
  return found;
}
