import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: false },
    globalSetup: ['@headgate/testkit/global-setup'],
    setupFiles: ['test/own-home.ts'],
    testTimeout: 150_000,
    hookTimeout: 180_000,
    pool: 'forks',
  },
});
