import type { Check } from '../../check.js';
import { processStarts, scrape } from '../../facts/metrics-page.js';

/**
 * Scrapes at once, each on a connection of its own, and how often. One after another, they could fall into step with
 * those of other checks: each of them then gets to the same process. More bursts show a second process also where
 * connections are sent on by chance.
 */
const AT_ONCE = 4;
const BURSTS = 3;

export const onePage: Check = {
  code: 'PMCP-D008',
  group: 'server',
  title: 'One process answers at the admin port.',
  why: 'Where two take turns, each scrape shows the counters of another one: rates are nonsense, and half of the calls are never seen.',
  cure: 'Scrape each pod, and not the Service or load balancer before them. Processes of one machine share their port by themselves if they are the same program (docs/servers.md); give others ports of their own.',
  needs: [['url', 'admin']],
  rights: 'GET of `/metrics` on the admin port.',
  severity: 'fail',
  after: ['PMCP-D011'],
  async run(context) {
    const all = await context.get(processStarts);
    const inTurn = () => [...all.values()].find(({ size }) => size > 1);
    for (let i = 0; i < BURSTS && inTurn() === undefined; i++)
      await Promise.all(Array.from({ length: AT_ONCE }, () => scrape(context)));
    const starts = inTurn();
    if (starts === undefined) return [];
    const times = [...starts].map((seconds) => new Date(seconds * 1_000).toISOString());
    return [{ found: `${starts.size} processes answer in turn: started at ${times.join(', ')}` }];
  },
};
