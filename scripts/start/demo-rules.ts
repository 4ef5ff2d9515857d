import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/prometheus.js';
import { SLOS } from '../../alerts/slos.js';

/** Five minutes take six seconds: nobody wants to wait for an alert that somebody else would get tomorrow. */
export const SCALE = 0.02;

/** The clients of the demonstration get things wrong on purpose: what is promised leaves room for that. */
const OBJECTIVES: Readonly<Record<string, number>> = { Availability: 0.95 };

/** The rules that we ship, faster, and with thresholds that the calm demonstration keeps. */
export function demoRules(): string {
  const groups = ruleGroups({
    scale: SCALE,
    scrapeInterval: '1s',
    thresholds: { toolErrorShare: 0.8, toolSeconds: 1, toolSlowShare: 0.5, unknownNameCount: 10_000 },
    slos: SLOS.map((slo) => ({ ...slo, objective: OBJECTIVES[slo.name] ?? slo.objective })),
    // There is nothing here to back up, and what clients get wrong is part of the play.
    change: { PmcpBackupMissing: false, PmcpLabelOverflow: false, PmcpToolSuccessBurnSlow: false },
  });
  return ruleFile(groups);
}
