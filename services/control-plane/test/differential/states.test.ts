import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import type { Http } from '../property/http.js';
import { play } from '../property/play.js';
import { sequence, type Sequence } from '../property/sequence.js';
import { workspaceHttp } from '../property/workspace.js';
import { prefectBin, startReference, type Reference } from './reference.js';

const sequences = Number(process.env['SEQUENCES'] ?? 25);

describe.skipIf(!prefectBin)('beside a Prefect server', () => {
  let reference: Reference;
  let app: TestApp;
  let tenant: Tenant;
  beforeAll(async () => {
    [reference, app] = await Promise.all([startReference(), startTestApp()]);
    tenant = await app.tenant();
  }, 300_000);
  afterAll(() => Promise.all([reference?.stop(), app?.close()]));

  const ours = ({ agent }: Sequence): Http => workspaceHttp(app, tenant, { 'user-agent': agent });

  test('random sequences of calls are answered alike', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (each) => {
        const [theirs, mine] = [await play(reference.httpAs(each.agent), each), await play(ours(each), each)];
        expect(mine.join('\n')).toBe(theirs.join('\n'));
      }),
      { numRuns: sequences, seed: Number(process.env['SEED'] ?? 1), endOnFailure: process.env['SHRINK'] === undefined },
    );
  }, 3_600_000);
});
