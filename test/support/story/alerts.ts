import type { Target } from './around.js';
import { severity } from './chapters.js';

const NOTES = { cluster: 'eu-1', namespace: 'shop', job: 'notes' };

/** What fires when it is how bad. */
const FIRING = [
  { labels: { alertname: 'PmcpToolErrors', severity: 'warning', name: 'search_notes', ...NOTES }, from: 0.3 },
  { labels: { alertname: 'PmcpToolSlow', severity: 'warning', name: 'search_notes', ...NOTES }, from: 0.5 },
  { labels: { alertname: 'PmcpAvailabilityBurnFast', severity: 'critical', ...NOTES }, from: 0.7 },
  { labels: { alertname: 'PmcpToolSuccessBurnFast', severity: 'critical', ...NOTES }, from: 0.8 },
  { labels: { alertname: 'PmcpNotReady', severity: 'warning', pod: 'notes-3', ...NOTES }, from: 0.95 },
] as const;

/** What Prometheus makes of alerts that fire. */
export function alerts(target: Target): void {
  for (const { labels, from } of FIRING) {
    target({}).gauge({ name: 'ALERTS' }, { alertstate: 'firing', ...labels }, (time) =>
      severity(time) > from ? 1 : undefined,
    );
  }
}
