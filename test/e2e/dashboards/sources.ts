import { ruleGroups } from '../../../alerts/groups.js';
import { isAlert } from '../../../alerts/rule.js';
import { selectorsBehind } from '../../rules/selectors.js';
import type { FORMS } from './stage.js';

type Form = (typeof FORMS)[number];

/** What stands behind each job of the stage. */
const PROGRAMS: Readonly<Record<string, string>> = {
  pmcp: 'a server',
  'pmcp-host': 'a server',
  pushgateway: 'pmcp-observability job and doctor, through a Pushgateway',
  prometheus: 'Prometheus',
  alertmanager: 'Alertmanager',
  redis: 'redis_exporter',
  postgres: 'postgres_exporter',
  node: 'node_exporter',
  blackbox: 'blackbox_exporter',
  'kube-state-metrics': 'kube-state-metrics, recorded',
  cadvisor: 'cAdvisor, recorded',
  'ingress-nginx': 'ingress-nginx, recorded',
  'envoy-gateway': 'Envoy, recorded',
  istio: 'Istio, by its documentation',
  agentgateway: 'agentgateway, by its documentation',
  'nginx-gateway-fabric': 'NGINX Gateway Fabric, by its documentation',
};

/** What an alert selects, or a recording rule behind it, and the programs that show such series. */
export interface Source {
  readonly alert: string;
  readonly selector: string;
  readonly programs: readonly string[];
}

/** Returns the sources of every alert, as a Prometheus of the stage found them. */
export async function sources(prometheus: string, form: Form): Promise<Source[]> {
  const groups = ruleGroups({ histograms: form });
  const asked = new Map<string, Promise<string[]>>();
  const programs = (selector: string) => {
    const answer = asked.get(selector) ?? programsOf(prometheus, selector);
    asked.set(selector, answer);
    return answer;
  };
  const wanted = groups.flatMap(({ rules }) =>
    rules
      .filter(isAlert)
      .flatMap(({ alert, expr }) => selectorsBehind(expr, groups).map((selector) => ({ alert, selector }))),
  );
  return Promise.all(wanted.map(async (one) => ({ ...one, programs: await programs(one.selector) })));
}

async function programsOf(prometheus: string, selector: string): Promise<string[]> {
  const query = `group by (job) (last_over_time(${selector}[1h]))`;
  const response = await fetch(`${prometheus}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  });
  const { data } = (await response.json()) as { data: { result: { metric: { job?: string } }[] } };
  return [...new Set(data.result.map(({ metric: { job = '' } }) => programOf(job, selector)))].sort();
}

/** A recorded series may have no job: the programs are those behind its rule. */
function programOf(job: string, selector: string): string {
  if (/^\w+:/.test(selector)) return 'a recording rule';
  const program = PROGRAMS[job];
  if (program === undefined) throw new Error(`Expected a job with a program, got ${job} of ${selector}`);
  return program;
}

/** Writes for each alert what it selects, and which programs show it. */
export function tableOf(all: readonly Source[]): string {
  const alerts = new Map<string, Set<string>>();
  for (const { alert, selector, programs } of all)
    alerts.set(alert, (alerts.get(alert) ?? new Set()).add(`  ${selector} <- ${programs.join('; ')}`));
  return [...alerts].map(([alert, lines]) => `${[alert, ...lines].join('\n')}\n`).join('\n');
}
