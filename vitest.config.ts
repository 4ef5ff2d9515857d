import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * What ends a test that hangs. It measures nothing, so it is long enough for a machine that is ten times busier.
 * Who waits for something gives up earlier, and says for what.
 */
const GUARDS = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000, interval: 10 } },
};

export default defineConfig({
  test: {
    // Most tests wait for processes and timers of others: with one file for each core, a third of the machine is idle.
    // `e2e`, whose tests start the most processes and watch them by the second, runs after the rest.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/viewer/app/src/model/**/*.test.ts',
            'scripts/**/*.test.ts',
            'prometheus/**/*.test.ts',
            'alerts/**/*.test.ts',
            'dashboards/**/*.test.ts',
            'charts/**/*.test.ts',
            'test/conformance/**/*.test.ts',
          ],
          ...GUARDS,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/manifests/**/*.test.ts'],
          globalSetup: ['test/tools.setup.ts'],
          ...GUARDS,
        },
      },
      {
        test: {
          name: 'rules',
          include: ['test/rules/**/*.test.ts', 'test/dashboards/**/*.test.ts'],
          globalSetup: ['test/tools.setup.ts'],
          ...GUARDS,
        },
      },
      {
        test: {
          name: 'visual',
          include: ['test/visual/**/*.test.ts'],
          globalSetup: ['test/tools.setup.ts'],
          ...GUARDS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/tools.setup.ts'],
          ...GUARDS,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
