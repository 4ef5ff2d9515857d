/**
 * Gives all packages, and their dependencies on each other,
 * the same version: `npm run release:version -- 0.2.0`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withChartVersion, withConstant, withVersion } from './manifest.js';

const MANIFESTS = [
  'packages/otlp',
  'packages/observability',
  'packages/viewer',
  'packages/doctor',
  'examples/notes',
];

/** The file with the library's own version, which a bundled library needs. */
const CONSTANT = 'packages/observability/src/version.ts';
const CHART = 'charts/pmcp-server/Chart.yaml';

const [version = ''] = process.argv.slice(2);
try {
  for (const folder of MANIFESTS) {
    const path = `${folder}/package.json`;
    const text = withVersion(readFileSync(path, 'utf8'), version);
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
  writeFileSync(CONSTANT, withConstant(readFileSync(CONSTANT, 'utf8'), version));
  writeFileSync(CHART, withChartVersion(readFileSync(CHART, 'utf8'), version));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
