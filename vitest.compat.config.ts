import { defineConfig } from 'vitest/config';

/** What installs software of others from the registry, newest versions first: too long for each change. */
export default defineConfig({
  test: {
    name: 'compat',
    include: ['test/compat/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
