import { scrapedJobs } from '../../facts/scraped-jobs.js';
import { adminPort } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

const SCRAPE = 'prometheus.io/scrape';
const PORT = 'prometheus.io/port';
const PATH = 'prometheus.io/path';

export const annotationsFitThePort = workloadCheck(
  {
    code: 'PMCP-D065',
    title: 'The annotations for Prometheus name the metrics page.',
    why: 'Prometheus asks where the annotations say. At another port or path there is nothing, and the target is down or not there at all.',
    cure: 'Set `prometheus.io/port` to the number of the admin port, and `prometheus.io/path: /metrics`.',
    severity: 'fail',
  },
  ({ title, annotations, observed, manifest }) => {
    const [port, path] = [annotations[PORT], annotations[PATH] ?? '/metrics'];
    if (String(annotations[SCRAPE]) !== 'true') return [];
    const wanted = adminPort(observed);
    const where = manifest.at(['spec', 'template', 'metadata', 'annotations', PORT]);
    if (port !== undefined && wanted !== undefined && Number(port) !== wanted)
      return [
        {
          found: `${title}: ${PORT} is ${port}, and the metrics page is on port ${wanted}`,
          where,
          follows: ['PMCP-D402'],
        },
      ];
    return path === '/metrics' ? [] : [{ found: `${title}: ${PATH} is ${path}, expected /metrics`, where }];
  },
);

const MONITORS = ['PodMonitor', 'ServiceMonitor', 'ScrapeConfig'];

export const somebodyScrapes = workloadCheck(
  {
    code: 'PMCP-D066',
    title: 'Prometheus is told to scrape the pods.',
    why: 'A pod that no annotation and no monitor names is not discovered, and nobody sees it.',
    cure: 'Annotate the pod template with `prometheus.io/scrape: "true"`, or apply a PodMonitor: `npx pmcp-observability assets ./monitoring` writes one.',
    severity: 'warn',
  },
  (workload, all) => {
    const { title, annotations, manifest } = workload;
    if (String(annotations[SCRAPE]) === 'true' || all.some(({ kind }) => MONITORS.includes(kind))) return [];
    if (scrapedJobs(workload, all).length > 0) return [];
    const where = manifest.at(['spec', 'template', 'metadata']);
    return [{ found: `${title} has no ${SCRAPE}: "true", and there is no PodMonitor`, where }];
  },
);
