import { defineConfig } from 'vitest/config';

// Many times what a test takes on a quiet machine: these end what hangs, and say nothing of how fast it is.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
  },
});
