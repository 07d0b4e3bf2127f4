import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nullsOf } from './nulls.js';
import { prefectBin, startReference, type Reference } from './reference.js';

const file = path.join(import.meta.dirname, 'nulls.txt');

/** `NULLS=write` writes the file anew. */
describe.skipIf(!prefectBin)('a Prefect server', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await startReference();
  }, 300_000);
  afterAll(() => reference?.stop());

  test('tells null and empty apart as in the committed file', async () => {
    // Where it breaks, it should have refused.
    const nulls = (await nullsOf(reference.http)).replaceAll(' · 500', ' · 422');
    if (process.env['NULLS'] === 'write') fs.writeFileSync(file, nulls);
    expect(nulls).toBe(fs.readFileSync(file, 'utf8'));
  }, 600_000);
});
