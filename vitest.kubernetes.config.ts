import { defineConfig } from 'vitest/config';

/** What needs Helm and Kubernetes, which take many minutes to build where they are not installed. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'chart',
          include: ['test/kubernetes/chart/**/*.test.ts'],
          globalSetup: ['test/kubernetes/chart/setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/kubernetes/cluster/**/*.test.ts'],
          globalSetup: ['test/kubernetes/cluster/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
