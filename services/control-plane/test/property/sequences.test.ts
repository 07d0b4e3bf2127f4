import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { brokenInvariants } from './invariants.js';
import { modelServer } from './model-server.js';
import { play } from './play.js';
import { sequence } from './sequence.js';
import { workspaceHttp } from './workspace.js';

/** The same ones each time; SEED and SEQUENCES look for what these do not show. */
let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await app.tenant();
});
afterAll(() => app.close());

test('random sequences of calls are answered as the model of the state machine answers them, and leave all tables in agreement', async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async (each) => {
      const expected = await play(modelServer(each.agent), each);
      const seen = await play(workspaceHttp(app, tenant, { 'user-agent': each.agent }), each);
      expect(seen.join('\n')).toBe(expected.join('\n'));
    }),
    { numRuns: Number(process.env['SEQUENCES'] ?? 60), seed: Number(process.env['SEED'] ?? 1) },
  );
  expect(await brokenInvariants((sql) => app.db.sql.query(sql))).toEqual([]);
}, 600_000);
