import { defineConfig } from 'vitest/config';

/** What needs Helm, which takes minutes to build where it is not installed. */
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
    ],
  },
});
