import type { Logger } from 'pino';
import { logError } from '../codes/tell.js';
import type { Families } from '../metrics/families.js';
import { reasonOf } from '../otlp/report.js';
import { Audit } from './audit.js';
import type { AuditConfig } from './config.js';

/** @param failed told of a fault of ours */
export function createAudit(
  config: AuditConfig,
  { telemetryExported, telemetryDropped }: Families,
  log: Pick<Logger, 'error'>,
  failed: () => void,
): Audit {
  const written = telemetryExported.slot('audit');
  const lost = telemetryDropped.slot('audit', 'export_failed');
  const then =
    config.onFailure === 'refuse' ? 'calls are refused until it can' : 'calls go on, and are counted';
  return new Audit(config, {
    written: () => telemetryExported.add(written, 1),
    lost: (reason, isFirst) => {
      telemetryDropped.add(lost, 1);
      if (!isFirst) return;
      logError(
        log,
        'PMCP_E_AUDIT_NOT_WRITTEN',
        `the audit log can't be written: ${reasonOf(reason)}; ${then}`,
      );
    },
    failed,
  });
}
