import type { Probes } from './options.js';

export const PROBES_JOB = 'blackbox';

/** The module of blackbox_exporter, as the page about TLS describes it. */
export const PROBES_MODULE = 'tls';

/** Returns the job that lets blackbox_exporter connect to each address. The address becomes the label `instance`. */
export function probesJob({ exporter, targets, module = PROBES_MODULE }: Probes): object {
  return {
    job_name: PROBES_JOB,
    metrics_path: '/probe',
    params: { module: [module] },
    static_configs: [{ targets }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__address__'], target_label: 'instance' },
      { target_label: '__address__', replacement: exporter },
    ],
  };
}
