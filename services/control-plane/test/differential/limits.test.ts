import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { limitSequence, playLimits } from '../property/limits.js';
import { workspaceHttp } from '../property/workspace.js';
import { prefectBin, startReference, type Reference } from './reference.js';

const sequences = Number(process.env['SEQUENCES'] ?? 15);

describe.skipIf(!prefectBin)('beside a Prefect server', () => {
  let reference: Reference;
  let app: TestApp;
  let tenant: Tenant;
  beforeAll(async () => {
    [reference, app] = await Promise.all([startReference(), startTestApp()]);
    tenant = await app.tenant();
  }, 300_000);
  afterAll(() => Promise.all([reference?.stop(), app?.close()]));

  test('random sequences of calls about concurrency limits are answered alike', async () => {
    await fc.assert(
      fc.asyncProperty(limitSequence, async (steps) => {
        const theirs = await playLimits(reference.http, steps);
        const mine = await playLimits(workspaceHttp(app, tenant), steps);
        expect(mine.join('\n')).toBe(theirs.join('\n'));
      }),
      { numRuns: sequences, seed: Number(process.env['SEED'] ?? 1), endOnFailure: process.env['SHRINK'] === undefined },
    );
  }, 3_600_000);
});
