import type { Check } from '../check.js';
import { ALERTMANAGER } from './alertmanager/list.js';
import { GRAFANA } from './grafana/list.js';
import { KUBERNETES } from './kubernetes/list.js';
import { MANIFESTS } from './manifests/list.js';
import { PROMETHEUS } from './prometheus/list.js';
import { SERVER } from './server/list.js';
import { TELEMETRY } from './telemetry/list.js';

/**
 * All checks, in the order in which a request goes from a client to a panel. So the first check with a finding is the
 * first step that breaks. Codes are numbered by group: server from 001, telemetry from 050, manifests from 060,
 * Prometheus from 100, Alertmanager from 200, Grafana from 250, Kubernetes from 300, backups from 350, more of manifests from 400.
 */
export const CHECKS: readonly Check[] = [
  ...SERVER,
  ...TELEMETRY,
  ...KUBERNETES,
  ...MANIFESTS,
  ...PROMETHEUS,
  ...ALERTMANAGER,
  ...GRAFANA,
];
