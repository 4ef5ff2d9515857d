import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Job {
  readonly job_name: string;
  readonly kubernetes_sd_configs?: readonly object[];
}

/**
 * Returns our configuration of Prometheus for Kubernetes, with the job for servers only, and scraping often.
 * @param account the configuration of its service account
 * @param others where the other metrics of the cluster are: what containers use, and what a gateway counts
 */
export async function prometheusConfig(account: string, others: readonly string[]): Promise<string> {
  const shipped = parse(await readFile('prometheus/generated/kubernetes.yml', 'utf8')) as {
    readonly scrape_configs: readonly Job[];
  };
  const jobs = shipped.scrape_configs
    .filter(({ job_name }) => job_name === 'pmcp')
    .map((job) => ({
      ...job,
      kubernetes_sd_configs: job.kubernetes_sd_configs?.map((sd) => ({ ...sd, kubeconfig_file: account })),
    }));
  return JSON.stringify({
    global: { scrape_interval: '2s', scrape_timeout: '2s' },
    scrape_configs: [
      ...jobs,
      { job_name: 'others', honor_labels: true, static_configs: [{ targets: others }] },
    ],
  });
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: { readonly instance?: string };
      readonly value: readonly [number, string];
    }[];
  };
}

/** Returns how many connections each pod of the notes server counts, by its address. */
export async function connections(prometheus: string): Promise<Readonly<Record<string, number>>> {
  const query = 'sum by (instance) (pmcp_active_connections{kubernetes_namespace="notes"})';
  const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await response.json()) as Answer;
  const entries = data.result.map(({ metric: { instance = '' }, value }) => {
    return [instance.replace(/:\d+$/, ''), Number(value[1])] as const;
  });
  return Object.fromEntries(entries);
}
