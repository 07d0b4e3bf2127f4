import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matrixOf } from '../property/matrix.js';
import { prefectBin, startReference, type Reference } from './reference.js';

const file = path.join(import.meta.dirname, '../property/matrix.txt');

/** `MATRIX=write` writes the file anew. */
describe.skipIf(!prefectBin)('a Prefect server', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await startReference();
  }, 300_000);
  afterAll(() => reference?.stop());

  test('answers every proposal on every state as the committed matrix says', async () => {
    const matrix = await matrixOf(reference.http, 1);
    if (process.env['MATRIX'] === 'write') fs.writeFileSync(file, matrix);
    expect(matrix).toBe(fs.readFileSync(file, 'utf8'));
  }, 1_800_000);
});
