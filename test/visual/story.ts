import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { filled, opened, seriesOfExemplars } from '../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../dashboards/model.js';
import { FIRING } from '../support/story/alerts.js';
import { CHAPTERS, END, START } from '../support/story/chapters.js';
import { Recorder } from '../support/story/recorder.js';
import { requests } from '../support/story/requests.js';
import { SERVERS } from '../support/story/servers.js';
import type { Stage } from './stage.js';

const dashboards = allDashboards() as unknown as Dashboard[];
const MINUTE = 60;
const HOUR = 3600;
const RULES = ruleGroups().flatMap(({ rules }) => rules.filter(isAlert));

/** Tests that the story is complete: it has its calm, incident and recovery, and data for every query. */
export function tellsTheStory(stage: Stage): void {
  const valueAt = async (time: number, query: string) => (await stage.ask(query, time))[0]?.[1];

  describe.each(dashboards)('the story in $title', (dashboard) => {
    it('has a result for every query', async () => {
      const end = CHAPTERS.incident;
      const values = { ...opened(dashboard), __rate_interval: '4m' };
      const empty = queriesOf(dashboard, 'prometheus').map(async ({ panel, target, text }) => {
        const query = filled(target.exemplar ? seriesOfExemplars(text) : text, values);
        const { data, error } = await stage.answer('query_range', {
          query,
          start: end - HOUR,
          end,
          step: 60,
        });
        return data?.result.length ? [] : [`${panel.title}: ${error ?? 'no data'} in ${query}`];
      });
      expect((await Promise.all(empty)).flat()).toEqual([]);
    });
  });

  describe('the story', () => {
    it('has fifty servers', async () => {
      expect(await valueAt(CHAPTERS.incident, 'count(pmcp_ready)')).toBe(50);
    });

    it('shows the same of servers that leave out zeros, since no counter of a name is 0 for long', async () => {
      const counters = '{__name__=~"pmcp_(requests|errors)_total", name!=""}';
      const zeros = `count(max_over_time(${counters}[10m]) == 0)`;
      const times = Object.values(CHAPTERS).map((time) => valueAt(time, zeros));
      expect(await Promise.all(times)).toEqual(Object.values(CHAPTERS).map(() => undefined));
      expect(await valueAt(CHAPTERS.calm, `count(${counters})`)).toBeGreaterThan(1_000);
    });

    it('is calm at first, breaks, and recovers', async () => {
      const failing = 'sum(slo:pmcp_error_ratio:rate5m{job="notes", slo="ToolSuccess"})';
      const values = await Promise.all(Object.values(CHAPTERS).map((time) => valueAt(time, failing)));
      const [calm = 1, , incident = 0, recovery = 1] = values;
      expect([calm < 0.03, incident > 0.1, recovery < 0.03]).toEqual([true, true, true]);
      const alerts = 'count(ALERTS)';
      expect(await valueAt(CHAPTERS.calm, alerts)).toBeUndefined();
      expect(await valueAt(CHAPTERS.incident, alerts)).toBeGreaterThan(2);
      expect(await valueAt(CHAPTERS.recovery, alerts)).toBeUndefined();
    });

    it.each(FIRING)('fires $alertname when our rule for it would', async ({ alertname, of, from, to }) => {
      const rule = RULES.find(
        ({ alert, labels: { window = '1h' } }) => alert === alertname && window === '1h',
      );
      const span = { start: START, end: END, step: MINUTE };
      const { data } = await stage.answer('query_range', { query: String(rule?.expr), ...span });
      const labels = Object.entries(of).filter(([name]) => name !== 'window');
      const found = (data?.result ?? []).find(({ metric }) =>
        labels.every(([name, value]) => metric[name] === value),
      );
      const times = (found?.values ?? []).map(([time]) => (time - START) / MINUTE);
      const begins = (times[0] ?? 0) + Number.parseInt(rule?.for ?? '0', 10);
      expect({ begins: Math.abs(begins - from) <= 1, ends: Math.abs((times.at(-1) ?? 0) - to) <= 1 }).toEqual(
        {
          begins: true,
          ends: true,
        },
      );
    });

    it('deploys a version to some replicas before the others', async () => {
      expect(await valueAt(CHAPTERS.deploy - 240, 'count(count by (version) (pmcp_build_info))')).toBe(2);
    });

    it('ends with a server that was scraped twice', async () => {
      const query = 'sum(count_over_time(pmcp_ready{job="newcomer"}[1h]))';
      expect(await valueAt(CHAPTERS.recovery, query)).toBe(2);
    });

    it('shows correct values or none for a server that was scraped twice', async () => {
      const { load } = SERVERS.find(({ labels: { job } }) => job === 'newcomer')!;
      const [overview] = dashboards;
      const chosen = { ...opened(overview!), job: 'newcomer', __rate_interval: '4m' };
      const tiles = queriesOf(overview!, 'prometheus').filter(({ panel: { type } }) => type === 'stat');
      const shown = await Promise.all(
        tiles.map(async ({ panel: { title }, text }) => [
          title,
          await valueAt(CHAPTERS.recovery, filled(text, chosen)),
        ]),
      );
      const { 'Request rate': rate = 0, ...others } = Object.fromEntries(shown) as Record<string, number>;
      expect(rate).toBeGreaterThan(load * 0.6);
      expect(rate).toBeLessThan(load * 1.2);
      expect(others).toMatchObject({ Replicas: 1, 'Not ready': 0, 'Firing alerts': 0 });
      expect([others['Error rate'], others['p95 latency']]).toEqual([undefined, undefined]);
    });

    it('is the same in every run', () => {
      const told = () => {
        const pieces: string[] = [];
        requests(new Recorder((text) => pieces.push(text), { job: 'notes' }), SERVERS[0]!);
        return pieces.join('');
      };
      expect(told()).toBe(told());
      expect(told().length).toBeGreaterThan(100_000);
    });
  });
}
