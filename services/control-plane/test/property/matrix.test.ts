import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../app.js';
import { matrixOf } from './matrix.js';
import { workspaceHttp } from './workspace.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('every proposal on every state is answered as a Prefect server answers it', async () => {
  const matrix = await matrixOf(workspaceHttp(app, await app.tenant()), 16);
  expect(matrix).toBe(fs.readFileSync(path.join(import.meta.dirname, 'matrix.txt'), 'utf8'));
});
