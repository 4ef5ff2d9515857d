import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { SLOS } from '../../alerts/slos.js';

/** Five minutes take six seconds, so that a viewer sees alerts that otherwise need hours. */
export const SCALE = 0.02;

/** The clients of the demonstration make mistakes on purpose, so the objectives allow for them. */
const OBJECTIVES: Readonly<Record<string, number>> = { Availability: 0.95 };

/**
 * Returns the shipped rules, faster, and with thresholds that the demonstration without faults stays below.
 */
export function demoRules(): string {
  const groups = ruleGroups({
    scale: SCALE,
    scrapeInterval: '1s',
    thresholds: { toolErrorShare: 0.8, toolSeconds: 1, toolSlowShare: 0.5, unknownNameCount: 10_000 },
    slos: SLOS.map((slo) => ({ ...slo, objective: OBJECTIVES[slo.name] ?? slo.objective })),
    // There is nothing here to back up, and the mistakes of the clients are intended.
    change: { PmcpBackupMissing: false, PmcpLabelOverflow: false, PmcpToolSuccessBurnSlow: false },
  });
  return ruleFile(groups);
}
