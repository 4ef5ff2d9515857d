import type { Context, Fact } from '../context.js';
import { allComposeServices, type ComposeService } from './compose.js';
import { prometheusFiles, targetsIn } from './compose-configurations.js';

/** What a service is known by, for who wonders why there is none. */
export const KNOWN_BY =
  'a server is known by a variable PMCP_…, by pmcp-observability in its command, by a health check of /health/ready or /health/live at port 9090, or by a job pmcp… of the mounted configuration of Prometheus that scrapes it at port 9090';

/** Those that the toolkit observes. */
export const composeServices: Fact<readonly ComposeService[]> = async (context) => {
  const [all, scraped] = await Promise.all([context.get(allComposeServices), scrapedTargets(context)]);
  return all.filter(
    (service) =>
      isOurs(service) || (scraped.has(`${service.name}:9090`) && !OTHERS.test(service.spec.image ?? '')),
  );
};

/** What is scraped beside servers. */
const OTHERS =
  /prom|grafana|exporter|alertmanager|vector|fluent|otel|opentelemetry|gateway|postgres|redis|nginx/i;

function isOurs({ env, spec }: ComposeService): boolean {
  const words = [spec.command, spec.entrypoint].flat().join(' ');
  const health = [spec.healthcheck?.test].flat().join(' ');
  return (
    [...env.keys()].some((name) => name.startsWith('PMCP_')) ||
    words.includes('pmcp-observability') ||
    /:9090\/health\/(ready|live)\b/.test(health)
  );
}

/** What jobs of MCP servers scrape, as the rules ask for them by name. */
async function scrapedTargets(context: Context): Promise<ReadonlySet<string>> {
  return new Set((await context.get(prometheusFiles)).flatMap((file) => targetsIn(file, /^pmcp/)));
}
