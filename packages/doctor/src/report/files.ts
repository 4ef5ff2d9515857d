import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { UsageError } from '@pmcp/observability/internal';
import type { Result } from '../run/result.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { sarifReport } from './sarif.js';

/** The report formats by file extension. */
const FORMATS: Readonly<Record<string, (results: readonly Result[], version: string) => string>> = {
  '.json': jsonReport,
  '.sarif': sarifReport,
  '.xml': junitReport,
};

/** @throws UsageError before anything is run */
export function checkReports(paths: readonly string[]): void {
  for (const path of paths)
    if (!Object.hasOwn(FORMATS, extname(path)))
      throw new UsageError(
        'PMCP_E_BAD_VALUE',
        `expected --report to name files that end with ${Object.keys(FORMATS).join(', ')}, got ${JSON.stringify(path)}`,
      );
}

export function writeReports(paths: readonly string[], results: readonly Result[], version: string): void {
  for (const path of paths) writeFileSync(path, FORMATS[extname(path)]!(results, version));
}
