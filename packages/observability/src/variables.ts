import type { Warning } from './codes/tell.js';
import { didYouMean } from './suggest.js';
import type { Env } from './validate.js';

const PREFIX = 'PMCP_';

/** All variables of the library and the commands, without their prefix. */
export const VARIABLES: readonly string[] = [
  'ADMIN',
  'AFTER_PROXY',
  'ALERTMANAGER',
  'ARGUMENTS',
  'AUDIT',
  'AUDIT_FSYNC',
  'AUDIT_KEY_FILE',
  'AUDIT_ON_FAILURE',
  'AUDIT_SIGNING_KEY_FILE',
  'BODY_TIMEOUT',
  'CA',
  'CHECK_LINKS',
  'CLIENT_CERT',
  'CLIENT_KEY',
  'CONFIG',
  'DASHBOARD_URL',
  'DRY_RUN',
  'FIX',
  'FORCE',
  'FORMAT',
  'FORWARDED',
  'GRAFANA',
  'HEALTH_PORT',
  'HOLD_STREAM',
  'HTTP_PATH',
  'INJECT_META',
  'JSON',
  'KIND',
  'KUBE',
  'LISTEN',
  'LOG',
  'LOGS',
  'MANIFESTS',
  'MAX_CONNECTIONS',
  'METRICS_ALLOWED_HOSTS',
  'METRICS_FILE',
  'METRICS_FILE_SD_DIR',
  'METRICS_HISTOGRAMS',
  'METRICS_HOST',
  'METRICS_OPEN_HEALTH',
  'METRICS_PASSWORD_FILE',
  'METRICS_PORT',
  'METRICS_PROFILING',
  'METRICS_TLS_CERT',
  'METRICS_TLS_CLIENT_CA',
  'METRICS_TLS_KEY',
  'METRICS_TOKEN_FILE',
  'METRICS_USERNAME',
  'METRICS_WEB_CONFIG',
  'NAME',
  'NAMESPACE',
  'ONLY',
  'OPTIONS',
  'OUTPUT',
  'PASSWORD_FILE',
  'PROFILE_DIR',
  'PROFILE_STALL_MS',
  'PROMETHEUS',
  'PRUNE',
  'PUBLIC_KEY',
  'PUSHGATEWAY',
  'REPORT',
  'RUNBOOK_URL',
  'SECONDS',
  'SELECTOR',
  'SEND_TEST_ALERT',
  'SERVER_NAME',
  'SIZE_OF',
  'SKIP',
  'TEXTFILE',
  'TIMEOUT',
  'TLS_CERT',
  'TLS_CLIENT_CA',
  'TLS_KEY',
  'TOKEN_FILE',
  'TOOL',
  'TOP',
  'TRACES',
  'UPSTREAM',
  'UPSTREAM_CA',
  'UPSTREAM_CERT',
  'UPSTREAM_KEY',
  'URL',
  'USERNAME',
  'WEB_CONFIG',
];

/** Returns a warning for each unknown variable whose name is close to a known one. */
export function misspelt(env: Env): Warning[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !VARIABLES.includes(name.slice(PREFIX.length)))
    .flatMap((name) => {
      // Without the prefix, which would make short names look similar.
      const meant = didYouMean(name.slice(PREFIX.length), VARIABLES, PREFIX);
      return meant === ''
        ? []
        : [{ code: 'PMCP_W_UNKNOWN_VARIABLE', text: `${name} is ignored: nobody reads it${meant}` }];
    });
}
