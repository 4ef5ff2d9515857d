import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seconds } from '../../../alerts/duration.js';
import { BORN, END, RARELY, START } from '../../support/story/chapters.js';
import { type Points, ranged, type Span } from './points.js';
import { CONDITION, GROUPS, Replayed } from './replayed.js';

/** The hour with the incident. It begins when the longest window of a counter, 1 hour, is full. */
const SPAN = { start: START + 3_600, end: BORN - RARELY, step: RARELY };
/** Sums are added in another order. */
const ROUNDING = 1e-9;
/** A share of failed requests that is only a rounding error. */
const NOTHING = 1e-12;
/** Recorded for other gateways than that of the story, and for servers that have forgotten a tool. */
const NOT_IN_STORY = /envoy-gateway|istio|agentgateway|nginx-gateway-fabric|:forgotten/;

const stage = new Replayed();
let recorded: Points;

beforeAll(async () => {
  await stage.start(SPAN);
  recorded = await stage.recorded();
});
afterAll(() => stage.stop());

const rules = GROUPS.flatMap(({ interval = '1m', rules }) =>
  rules.map((rule) => ({
    ...rule,
    title: [rule.record, ...Object.values(rule.labels ?? {})].join(' '),
    span: { ...SPAN, step: seconds(interval) },
  })),
);
const conditions = rules.filter(({ record }) => record.startsWith(CONDITION));

/**
 * Prometheus extrapolates from the samples within a window to its bounds. VictoriaMetrics reads one more sample, the
 * last one before the window. With this modifier Prometheus does so too.
 */
function withoutExtrapolation(expr: string): string {
  return expr.replace(/\b((?:rate|increase|changes)\([^()[\]]*\[\w+\])/g, '$1 anchored');
}

function recordedBy({ record, labels = {} }: (typeof rules)[number]): Points {
  const own = Object.entries({ ...labels, __name__: record }).map((pair) => JSON.stringify(pair));
  return new Map([...recorded].filter(([series]) => own.every((pair) => series.includes(pair))));
}

/** Returns the one value that Prometheus and VictoriaMetrics have at a time. */
async function both(expr: string, at: Span): Promise<(number | undefined)[]> {
  const answers = [await stage.answered({ record: 'one', expr }, at), await ranged(stage.store, expr, at)];
  return answers.map((points) => [...points.values()][0]?.get(at.start));
}

function isNear(a = Number.NaN, b = Number.NaN): boolean {
  return Math.abs(a - b) <= Math.max(NOTHING, ROUNDING * Math.abs(b));
}

/** Returns a line for each value that differs, or that only one of the two has. */
function differences(found: Points, wanted: Points): string[] {
  return [...new Set([...found.keys(), ...wanted.keys()])].flatMap((series) => {
    const [a, b] = [found.get(series), wanted.get(series)];
    return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])]
      .filter((time) => !isNear(a?.get(time), b?.get(time)))
      .map((time) => `${series} at ${time}: ${a?.get(time)}, expected ${b?.get(time)}`);
  });
}

/** Returns the times at which only the first has a value, and the second none a minute before or after either. */
function alone(first: Points, second: Points): string[] {
  return [...first].flatMap(([series, values]) =>
    [...values.keys()]
      .filter((time) => ![-RARELY, 0, RARELY].some((later) => second.get(series)?.has(time + later)))
      .map((time) => `${series} at ${time}`),
  );
}

describe('vmalert on VictoriaMetrics with the samples of Prometheus', () => {
  it.each(rules)('records what Prometheus does without extrapolation: $title', async (rule) => {
    const wanted = await stage.answered({ ...rule, expr: withoutExtrapolation(rule.expr) }, rule.span);
    expect(differences(recordedBy(rule), wanted).slice(0, 5)).toEqual([]);
  });

  it('has values of every recording rule and of many alerts', () => {
    const silent = rules.filter((rule) => recordedBy(rule).size === 0);
    const recordings = silent.filter((rule) => !conditions.includes(rule)).map(({ title }) => title);
    expect(recordings.filter((title) => !NOT_IN_STORY.test(title))).toEqual([]);
    expect(conditions.filter((rule) => !silent.includes(rule)).length).toBeGreaterThan(15);
  });

  // A window that begins one scrape earlier moves the time at which a changing rate crosses a limit.
  it.each(conditions)('sees what an alert waits for within a minute of Prometheus: $title', async (rule) => {
    const [found, wanted] = [recordedBy(rule), await stage.answered(rule, rule.span)];
    expect(alone(found, wanted)).toEqual([]);
    expect(alone(wanted, found)).toEqual([]);
  });

  it('rates a new counter over the time since its first sample, where Prometheus takes the window', async () => {
    const now = { start: END, end: END, step: RARELY };
    const [prometheus, victoria] = await both('sum(rate(pmcp_requests_total{job="newcomer"}[5m]))', now);
    // Two samples a minute apart. Prometheus adds half a minute, and divides by five minutes.
    expect(prometheus! / victoria!).toBeCloseTo(1.5 / 5, 9);
  });

  it('counts the first value of a new counter, of which Prometheus does not know since when it is there', async () => {
    const atFirst = { start: START, end: START, step: RARELY };
    const counter = 'pmcp_label_overflow_total{label="client"}';
    const [prometheus, victoria] = await both(`sum(increase(${counter}[1h]))`, atFirst);
    const [, first] = await both(`sum(${counter})`, atFirst);
    expect(prometheus).toBeUndefined();
    expect(victoria).toBe(first);
  });
});
