import type { Target } from './around.js';
import { START } from './chapters.js';

const MINUTE = 60;
const SHOP = { cluster: 'eu-1', namespace: 'shop' };
const NOTES = { ...SHOP, job: 'notes' };
const POSTGRES = { ...SHOP, job: 'postgres', instance: 'postgres-0:9187' };
const SICK = { ...NOTES, instance: '10.1.0.13:9464' };

/**
 * Some of the alerts that our rules fire during the story,
 * with their first and last minute. A test compares them.
 */
export const FIRING = [
  {
    alertname: 'PmcpPostgresDeadlocks',
    severity: 'warning',
    of: { ...POSTGRES, datname: 'notes' },
    from: 61,
    to: 107,
  },
  { alertname: 'PmcpPostgresConnectionsNearLimit', severity: 'warning', of: POSTGRES, from: 72, to: 91 },
  { alertname: 'PmcpNotReady', severity: 'warning', of: { ...SICK, pod: 'notes-3' }, from: 73, to: 92 },
  {
    alertname: 'PmcpToolErrors',
    severity: 'warning',
    of: { ...NOTES, name: 'search_notes' },
    from: 74,
    to: 100,
  },
  {
    alertname: 'PmcpToolSlow',
    severity: 'warning',
    of: { ...NOTES, name: 'search_notes' },
    from: 83,
    to: 96,
  },
  {
    alertname: 'PmcpAvailabilityBurnFast',
    severity: 'critical',
    of: { ...NOTES, window: '1h' },
    from: 80,
    to: 102,
  },
] as const;

/** Writes the ALERTS series of Prometheus for the firing alerts. */
export function alerts(target: Target): void {
  for (const { alertname, severity, of, from, to } of FIRING) {
    const fires = (time: number) => time >= START + from * MINUTE && time <= START + to * MINUTE;
    target({}).gauge({ name: 'ALERTS' }, { alertname, alertstate: 'firing', severity, ...of }, (time) =>
      fires(time) ? 1 : undefined,
    );
  }
}
