/**
 * Gives all packages, their dependencies on each other, and what is unreleased in the changelog
 * the same version: `npm run release:version -- 0.2.0`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withChartVersion, withConstant, withRelease, withVersion } from './manifest.js';

const MANIFESTS = [
  'packages/otlp',
  'packages/observability',
  'packages/viewer',
  'packages/doctor',
  'packages/injection',
  'examples/notes',
];

/** The file with the library's own version, which a bundled library needs. */
const CONSTANT = 'packages/observability/src/version.ts';
const CHART = 'charts/pmcp-server/Chart.yaml';

const CHANGELOG = 'CHANGELOG.md';

const [version = ''] = process.argv.slice(2);
type Change = readonly [path: string, changed: (text: string, version: string) => string];
const changes: readonly Change[] = [
  ...MANIFESTS.map((folder): Change => [`${folder}/package.json`, withVersion]),
  [CONSTANT, withConstant],
  [CHART, withChartVersion],
  [CHANGELOG, withRelease],
];
try {
  // All texts are made before the first one is written, so that a fault changes nothing.
  const files = changes.map(
    ([path, changed]) => [path, changed(readFileSync(path, 'utf8'), version)] as const,
  );
  for (const [path, text] of files) {
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
