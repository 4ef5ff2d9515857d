import type { Result } from '../run/result.js';
import { addressOf } from './address.js';
import { findingsOf, shown, type Told } from './flat.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVELS = { fail: 'error', warn: 'warning' } as const;

/** Writes SARIF 2.1.0, which code scanning of GitHub, GitLab and others shows beside the files. */
export function sarifReport(results: readonly Result[], version: string): string {
  const rules = results.map(({ check: { code, title, why, cure, severity } }) => ({
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: cure },
    helpUri: addressOf(code),
    defaultConfiguration: { level: LEVELS[severity] },
  }));
  const driver = {
    name: 'pmcp-doctor',
    version,
    informationUri: addressOf('PMCP-D001').split('#')[0],
    rules,
  };
  const run = {
    tool: { driver },
    results: findingsOf(results).map(result),
    invocations: [
      {
        executionSuccessful: results.every(({ outcome }) => outcome.kind !== 'unknown'),
        toolExecutionNotifications: results.flatMap(notification),
      },
    ],
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
}

function result({ check, severity, found, cure, where }: Told) {
  return {
    ruleId: check.code,
    level: LEVELS[severity],
    message: { text: `${found}. ${cure}` },
    ...(where && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: where.file.split('/').map(encodeURIComponent).join('/') },
            ...(where.line !== undefined && { region: { startLine: where.line } }),
          },
        },
      ],
    }),
  };
}

/** Returns a notification for an unknown result, which is no finding but must not be lost. */
function notification({ check, outcome }: Result) {
  if (outcome.kind !== 'unknown') return [];
  return [{ level: 'error', message: { text: shown(outcome.because) }, associatedRule: { id: check.code } }];
}
