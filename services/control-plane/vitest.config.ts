import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** What these look at is the process itself, its memory or its time: each has one of its own. */
const alone = ['src/core/sockets/sockets.test.ts', 'test/worst-documents.test.ts'];

const project = {
  // Vite would take the package's other build, and a schema of one build is nothing to the other: Node has one.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
};
const test = {
  // Many times what a test takes on a quiet machine: these end what hangs, and say nothing of how fast it is.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000, interval: 25 } },
  maxWorkers: 2,
};

export default defineConfig({
  test: {
    globalSetup: '@headgate/testkit/global-setup',
    maxWorkers: 2,
    projects: [
      { ...project, test: { ...test, name: 'alone', include: alone } },
      {
        ...project,
        test: {
          ...test,
          name: 'together',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone],
          // To load the application takes longer than the tests of most files (decision 43).
          isolate: false,
          setupFiles: ['test/clean-process.ts'],
        },
      },
    ],
  },
});
