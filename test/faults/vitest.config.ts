import { defineConfig } from 'vitest/config';

// One installation after the other: each takes what a small machine has. The times are for a busy one.
export default defineConfig({
  test: {
    include: ['*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    expect: { poll: { timeout: 120_000, interval: 100 } },
  },
});
