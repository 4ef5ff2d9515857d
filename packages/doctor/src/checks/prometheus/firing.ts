import type { Code, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { firingAlerts } from '../../facts/firing.js';
import { prometheusCheck } from './define.js';

const SLOW = /^Pmcp(ToolSlow|LatencyBurn|HttpSlow|IngressSlow)/;
const FAILING = /^Pmcp(ToolErrors|ToolSuccessBurn|AvailabilityBurn|HttpErrors|IngressErrors)/;
/** Checks that explain slow or failing calls: the server is unreachable, not ready, or held up. */
const SERVER: readonly Code[] = ['PMCP-D001', 'PMCP-D002', 'PMCP-D014', 'PMCP-D018'];

/** For each alert, the checks that look at the same thing and report more details. */
const SAME: Readonly<Record<string, readonly Code[]>> = {
  PmcpTargetDown: ['PMCP-D001', 'PMCP-D010', 'PMCP-D102', 'PMCP-D112', 'PMCP-D113'],
  PmcpAllTargetsDown: ['PMCP-D001', 'PMCP-D010', 'PMCP-D102', 'PMCP-D112', 'PMCP-D113'],
  PmcpTargetsAbsent: ['PMCP-D101', 'PMCP-D110', 'PMCP-D117'],
  PmcpScrapeSlow: ['PMCP-D018', 'PMCP-D114'],
  PmcpSampleLimitHit: ['PMCP-D102', 'PMCP-D113'],
  PmcpSeriesGrowth: ['PMCP-D019'],
  PmcpRestartLoop: ['PMCP-D008', 'PMCP-D126'],
  PmcpRulesFailing: ['PMCP-D104'],
  PmcpRulesSlow: ['PMCP-D122'],
  PmcpAlertsNotSent: ['PMCP-D107', 'PMCP-D135', 'PMCP-D209'],
  PmcpPostgresDown: ['PMCP-D128', 'PMCP-D014'],
  PmcpRedisDown: ['PMCP-D128', 'PMCP-D014'],
  PmcpBackupTooOld: ['PMCP-D350'],
  PmcpBackupFailed: ['PMCP-D350', 'PMCP-D352'],
  PmcpBackupSmall: ['PMCP-D351'],
  PmcpRestoreTooOld: ['PMCP-D353'],
  PmcpEventLoopBlocked: ['PMCP-D018'],
  PmcpHealthCheckFailing: ['PMCP-D014'],
  PmcpNotReady: ['PMCP-D014'],
  PmcpNoneReady: ['PMCP-D014'],
  PmcpAuthorisationFailing: ['PMCP-D002'],
  PmcpCertificateExpiring: ['PMCP-D004'],
  PmcpConnectionsNearLimit: ['PMCP-D017'],
  PmcpFileDescriptorsNearLimit: ['PMCP-D016'],
  PmcpTelemetryDropped: ['PMCP-D051'],
  PmcpVersionSkew: ['PMCP-D141'],
  PmcpExporterDown: ['PMCP-D112', 'PMCP-D140'],
};

const COMMON = { severity: 'fail', after: ['PMCP-D100', 'PMCP-D104'] } as const;
const RUNBOOK = 'https://github.com/pmcp/observability/blob/main/alerts/runbooks';

export const toolsAreQuick = prometheusCheck({
  ...COMMON,
  code: 'PMCP-D143',
  title: 'No alert says that calls are slow.',
  why: 'Agents give up on a slow tool or call it again, which makes it slower.',
  cure: 'Open the dashboard of the tools, and a trace of a slow call: it shows where its time goes. The runbook of the alert says more.',
  run: (context) => findings(context, (name) => SLOW.test(name)),
});

export const callsSucceed = prometheusCheck({
  ...COMMON,
  code: 'PMCP-D144',
  title: 'No alert says that calls fail.',
  why: 'Users do not get what they ask for, or a wrong answer of the model that had to do without.',
  cure: 'Look for the error of such a call in the log or in its trace, and go back to the version before if it is new: `kubectl rollout undo deployment/NAME`. The runbook of the alert says more.',
  run: (context) => findings(context, (name) => FAILING.test(name)),
});

export const noOtherAlertFires = prometheusCheck({
  ...COMMON,
  code: 'PMCP-D145',
  title: 'No other alert of MCP servers fires.',
  why: 'An alert that fires and that nobody repairs hides the next one.',
  cure: 'Follow the runbook of the alert.',
  run: (context) => findings(context, (name) => !SLOW.test(name) && !FAILING.test(name)),
});

/** Returns one finding for each alert, with the names that the alert is about. */
async function findings(context: Context, isMeant: (alertname: string) => boolean): Promise<Finding[]> {
  const alerts = new Map<string, Set<string>>();
  for (const { alertname = '', job, instance, name, check } of await context.get(firingAlerts)) {
    if (!isMeant(alertname)) continue;
    const about = name ?? check ?? instance ?? job;
    alerts.set(alertname, (alerts.get(alertname) ?? new Set()).add(about ?? 'all servers'));
  }
  return [...alerts].map(([alert, about]) => ({
    found: `the alert ${alert} fires, about ${[...about].slice(0, 3).join(', ')}`,
    cure: `Follow its runbook: ${RUNBOOK}/${alert}.md`,
    follows: SAME[alert] ?? SERVER,
  }));
}
