import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prefectBin, startReference, type Reference } from './reference.js';
import { refusalsOf } from './refusals.js';

const file = path.join(import.meta.dirname, 'refusals.txt');

/** `REFUSALS=write` writes the file anew. */
describe.skipIf(!prefectBin)('a Prefect server', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await startReference();
  }, 300_000);
  afterAll(() => reference?.stop());

  test('refuses wrong bodies in the committed words', async () => {
    const refusals = await refusalsOf(reference.http);
    if (process.env['REFUSALS'] === 'write') fs.writeFileSync(file, refusals);
    expect(refusals).toBe(fs.readFileSync(file, 'utf8'));
  }, 600_000);
});
