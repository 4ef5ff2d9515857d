import type { Logger } from 'pino';
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
      try {
        log.error(`the audit log can't be written: ${reasonOf(reason)}; ${then}`);
      } catch {
        // A logger that fails has nobody to tell.
      }
    },
    failed,
  });
}
