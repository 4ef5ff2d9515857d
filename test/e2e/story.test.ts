import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { filled, opened } from '../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../dashboards/model.js';
import { CHAPTERS } from '../support/story/chapters.js';
import { Recorder } from '../support/story/recorder.js';
import { requests } from '../support/story/requests.js';
import { StoryPrometheus } from '../support/story/serve.js';
import { SERVERS } from '../support/story/servers.js';

const dashboards = allDashboards() as unknown as Dashboard[];
const HOUR = 3600;
const story = new StoryPrometheus();

beforeAll(() => story.start(), 180_000);
afterAll(() => story.stop());

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { value?: [number, string] }[] };
}

async function ask(path: string, parameters: Record<string, string | number>): Promise<Answer> {
  const body = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await fetch(`${story.url}/api/v1/${path}`, { method: 'POST', body });
  return (await response.json()) as Answer;
}

async function valueAt(time: number, query: string): Promise<number | undefined> {
  const { data } = await ask('query', { query, time });
  const value = data?.result[0]?.value?.[1];
  return value === undefined ? undefined : Number(value);
}

describe.each(dashboards)('the story in $title', (dashboard) => {
  it('has something for every query', async () => {
    const end = CHAPTERS.incident;
    const values = { ...opened(dashboard), __rate_interval: '4m' };
    const empty = queriesOf(dashboard, 'prometheus').map(async ({ panel, text }) => {
      const query = filled(text, values);
      const { data, error } = await ask('query_range', { query, start: end - HOUR, end, step: 60 });
      return data?.result.length ? [] : [`${panel.title}: ${error ?? 'no data'} in ${query}`];
    });
    expect((await Promise.all(empty)).flat()).toEqual([]);
  });
});

describe('the story', () => {
  it('is told of fifty servers', async () => {
    expect(await valueAt(CHAPTERS.incident, 'count(pmcp_ready)')).toBe(50);
  });

  it('is calm at first, breaks, and heals', async () => {
    const failing = 'sum(slo:pmcp_error_ratio:rate5m{job="notes", slo="ToolSuccess"})';
    const values = await Promise.all(Object.values(CHAPTERS).map((time) => valueAt(time, failing)));
    const [calm = 1, , incident = 0, recovery = 1] = values;
    expect([calm < 0.03, incident > 0.1, recovery < 0.03]).toEqual([true, true, true]);
    const alerts = 'count(ALERTS)';
    expect(await valueAt(CHAPTERS.calm, alerts)).toBeUndefined();
    expect(await valueAt(CHAPTERS.incident, alerts)).toBeGreaterThan(2);
    expect(await valueAt(CHAPTERS.recovery, alerts)).toBeUndefined();
  });

  it('brings a version to some replicas before the others', async () => {
    expect(await valueAt(CHAPTERS.deploy - 240, 'count(count by (version) (pmcp_build_info))')).toBe(2);
  });

  it('ends with a server that was scraped twice', async () => {
    const query = 'sum(count_over_time(pmcp_ready{job="newcomer"}[1h]))';
    expect(await valueAt(CHAPTERS.recovery, query)).toBe(2);
  });

  it('is the same every time', () => {
    const told = () => {
      const pieces: string[] = [];
      requests(new Recorder((text) => pieces.push(text), { job: 'notes' }), SERVERS[0]!);
      return pieces.join('');
    };
    expect(told()).toBe(told());
    expect(told().length).toBeGreaterThan(100_000);
  });
});
