import type { Logger } from 'pino';
import { logError } from '../codes/tell.js';
import type { Families } from '../metrics/families.js';
import { reasonOf } from '../otlp/report.js';
import { Audit } from './audit.js';
import type { AuditConfig } from './config.js';

interface Listeners {
  readonly log: Pick<Logger, 'error'>;
  /** Called when the toolkit itself fails. */
  readonly failed: () => void;
  /** Takes records for the collector, and counts them; undefined if no collector gets them. */
  readonly exported: ((line: string) => void) | undefined;
}

export function createAudit(
  config: AuditConfig,
  { telemetryExported, telemetryDropped }: Families,
  { log, failed, exported }: Listeners,
): Audit {
  const written = telemetryExported.slot('audit');
  const lost = telemetryDropped.slot('audit', 'export_failed');
  const then =
    config.onFailure === 'refuse' ? 'calls are refused until it can' : 'calls go on, and are counted';
  const report = {
    // Records for a collector are counted when they arrive there.
    written: exported ? () => {} : () => telemetryExported.add(written, 1),
    lost: (reason: unknown, isFirst: boolean) => {
      telemetryDropped.add(lost, 1);
      if (!isFirst) return;
      logError(
        log,
        'PMCP_E_AUDIT_NOT_WRITTEN',
        `the audit log can't be written: ${reasonOf(reason)}; ${then}`,
      );
    },
    failed,
  };
  return new Audit(config, report, exported ?? (() => {}));
}
