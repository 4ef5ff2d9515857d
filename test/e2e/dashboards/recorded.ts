import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../fixtures/scrapes');

/** What can't run on one machine; its scrapes are served from files. */
export const RECORDED = ['kube-state-metrics', 'cadvisor', 'ingress-nginx', 'backups'] as const;

/** Serves the recorded scrapes, each under its name. Counters grow with time, so that there are rates. */
export function recordedScrapes(): Server {
  const start = performance.now();
  return createServer(async (request, response) => {
    const page = await readFile(join(FOLDER, `${request.url?.slice(1)}.prom`), 'utf8');
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(grown(page, 1 + (performance.now() - start) / 10_000));
  });
}

/** Multiplies counters and histograms, and leaves gauges as they are. */
export function grown(page: string, factor: number): string {
  const types = new Map([...page.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  return page.replace(/^(\w+)(\{.*\}) (\S+)$/gm, (line, name: string, labels: string, value: string) => {
    const type = types.get(name) ?? types.get(name.replace(/_(bucket|sum|count)$/, ''));
    return type === 'gauge' ? line : `${name}${labels} ${Number(value) * factor}`;
  });
}
