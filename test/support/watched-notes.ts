import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { serve, startNotes } from './notes-server.js';
import { RULES, ruled } from './shipped-rules.js';
import { until } from './until.js';

/** A scrape may take as long as this: more than it takes on a busy machine. */
export const SCRAPE_INTERVAL = '2s';

/** A server, and a real Prometheus that has scraped it and whose alerts arrive. */
export async function watchNotes() {
  const children = new Children(() => {});
  const [notes, alertmanager] = await Promise.all([
    startNotes(),
    serve((_, response) => void response.end()),
  ]);
  const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${notes.admin.host}"] }] }\n`;
  const prometheus = await Prometheus.startWith(
    ruled(alertmanager.url.host, job).replace('scrape_interval: 1s', `scrape_interval: ${SCRAPE_INTERVAL}`),
    children.start.bind(children),
    { files: RULES, flags: ['--scrape.discovery-reload-interval=100ms'] },
  );
  await until(async () => (await prometheus.number('count(pmcp_ready)')) === 1);
  const watchdog = 'count(ALERTS{alertname="Watchdog"})';
  await until(async () => (await prometheus.number(watchdog)) === 1);
  return {
    notes,
    prometheus: new URL(prometheus.url),
    async close(): Promise<void> {
      await children.stop();
      await Promise.all([notes.close(), alertmanager.close()]);
    },
  };
}
