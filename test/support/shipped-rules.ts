import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const generated = join(import.meta.dirname, '../../alerts/generated');

/** The rules that ship, by the names of their files. */
export const RULES = {
  'recording-rules.yaml': readFileSync(join(generated, 'recording-rules.yaml'), 'utf8'),
  'alert-rules.yaml': readFileSync(join(generated, 'alert-rules.yaml'), 'utf8'),
};

/** The configuration of a Prometheus that has them, tells that Alertmanager, and scrapes in those jobs. */
export function ruled(alertmanager: string, jobs: string, rules = "['*-rules.yaml']"): string {
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
storage: { tsdb: { retention: { time: 35d } } }
rule_files: ${rules}
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager}"] }] }] }
scrape_configs:
${jobs}`;
}
