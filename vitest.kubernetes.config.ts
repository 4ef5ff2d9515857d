import { defineConfig } from 'vitest/config';

/** What needs Helm and Kubernetes, which take many minutes to build where they are not installed. */
export default defineConfig({
  test: {
    // A cluster of many processes ends one after the other.
    teardownTimeout: 60_000,
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
      {
        test: {
          name: 'autoscaling',
          include: ['test/kubernetes/autoscaling/**/*.test.ts'],
          globalSetup: ['test/kubernetes/autoscaling/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
