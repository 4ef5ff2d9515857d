import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { examined } from '../../support/doctor.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';
import { pass } from '../../support/passing.js';
import { until } from '../../support/until.js';

/** Marks the scrapes of Prometheus, so that they see another page than the doctor. */
const SCRAPED = 'of=prometheus';
/** Scrapes after which the doctor looks. The first of them is within the time that it looks at. */
const SCRAPES = 6;

let notes: NotesServer;
const children = new Children(() => {});
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  notes = await startNotes();
});
afterAll(async () => {
  await children.stop();
  await Promise.all(endings.map((end) => end()));
  await notes.close();
});

/** What the doctor finds where Prometheus sees these lags, scrape by scrape; the last one stays. */
async function foundFor(...lags: readonly number[]): Promise<number> {
  let scrapes = 0;
  const change = (page: string, path: string) => {
    const lag = path.includes(SCRAPED) ? lags[Math.min(scrapes++, lags.length - 1)] : 0.01;
    return page.replace(/^(nodejs_eventloop_lag_p99_seconds) .*/m, `$1 ${lag}`);
  };
  const page = await pass(notes.admin, { change });
  endings.push(page.close);
  const job = `{ job_name: pmcp, params: { of: [prometheus] }, static_configs: [{ targets: ["${page.url.host}"] }] }`;
  const config = `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - ${job}\n`;
  const { url } = await Prometheus.startWith(config, children.start.bind(children));
  await until(() => scrapes >= SCRAPES);
  const [result] = await examined(
    { url: notes.url, admin: page.url, prometheus: new URL(url) },
    ({ code }) => code === 'PMCP-D018',
  );
  return result!.outcome.kind === 'found' ? result!.outcome.findings.length : 0;
}

describe.concurrent('PMCP-D018, where Prometheus is the only one that sees how late the loop is', () => {
  it('finds a loop that is held up again and again', async () => {
    expect(await foundFor(0.5)).toBe(1);
  });

  it('does not find one that was held up once, such as at the start', async () => {
    expect(await foundFor(6, 0.01)).toBe(0);
  });
});
