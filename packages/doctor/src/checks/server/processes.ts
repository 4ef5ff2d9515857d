import type { Check } from '../../check.js';
import { scrape } from '../../facts/metrics-page.js';
import { total } from '../../facts/samples.js';

/** Enough scrapes to see both of two processes that answer in turn. */
const SCRAPES = 6;

export const onePage: Check = {
  code: 'PMCP-D008',
  group: 'server',
  title: 'One process answers at the admin port.',
  why: 'Where two take turns, each scrape shows the counters of another one: rates are nonsense, and half of the calls are never seen.',
  cure: 'Scrape each pod, and not the Service or load balancer before them. Processes of one machine share their port by themselves if they are the same program (docs/servers.md); give others ports of their own.',
  needs: ['url'],
  rights: 'GET of `/metrics` on the admin port.',
  severity: 'fail',
  after: ['PMCP-D011'],
  async run(context) {
    const starts = new Set<number>();
    for (let i = 0; i < SCRAPES; i++) {
      const started = total(await scrape(context), 'process_start_time_seconds');
      if (started !== undefined) starts.add(started);
    }
    if (starts.size < 2) return [];
    const times = [...starts].map((seconds) => new Date(seconds * 1_000).toISOString());
    return [{ found: `${starts.size} processes answer in turn: started at ${times.join(', ')}` }];
  },
};
