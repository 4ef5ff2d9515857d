/** `npm run tools`: fetches every program that the tests use, and says where it is. */
import { BUNDLES } from './bundles.js';
import { requireTool } from './index.js';

for (const name of BUNDLES.flatMap(({ tools }) => tools)) {
  const needs = name === 'prometheus' || name === 'promtool' ? [{}, { kubernetesSd: true }] : [{}];
  for (const need of needs) {
    const { version, path } = await requireTool(name, need);
    process.stdout.write(`${name.padEnd(14)}${version.padEnd(10)}${path}\n`);
  }
}
