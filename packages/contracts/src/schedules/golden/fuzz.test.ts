import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isCronText } from '../cron.js';
import { occurrences } from '../occurrences.js';

/** Made by fuzz_cron.py. An expression is refused by Python, or here are its first times of some years there. */
type Row = [cron: string, timezone: string, dayOr: boolean, from: string, answer: 'refused' | string[]];

const file = process.env['CRON_FUZZ'] ?? new URL('cron-fuzz.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[];

function firstTimes([cron, timezone, day_or, from]: Row, count: number): string[] {
  const found: string[] = [];
  for (const { pythonText } of occurrences({ cron, timezone, day_or }, Date.parse(from))) {
    found.push(pythonText);
    if (found.length === count) break;
  }
  return found;
}

test(`${rows.length} expressions of chance mean what they mean in Python`, () => {
  const differences: unknown[] = [];
  for (const row of rows) {
    const [cron, , , , expected] = row;
    const ours = isCronText(cron) ? firstTimes(row, Math.max(expected.length, 1)) : 'refused';
    if (JSON.stringify(ours) !== JSON.stringify(expected)) differences.push({ row, ours });
  }
  expect(differences).toEqual([]);
}, 60_000);
