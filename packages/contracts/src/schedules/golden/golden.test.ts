import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { occurrences } from '../occurrences.js';
import type { Schedule } from '../schedule.js';

/** Made by generate.py with the Python libraries that the wire's other implementations use. */
type Row = { schedule: Schedule; from: string; occurrences: string[] };

const rowsOf = (kind: string): Row[] =>
  JSON.parse(readFileSync(new URL(`${kind}.json`, import.meta.url), 'utf8')) as Row[];

function firstOccurrences({ schedule, from, occurrences: expected }: Row): string[] {
  const found: string[] = [];
  for (const occurrence of occurrences(schedule, Date.parse(from))) {
    found.push(occurrence.pythonText);
    if (found.length === Math.max(expected.length, 1)) break;
  }
  return found;
}

for (const kind of ['cron', 'interval', 'rrule']) {
  const rows = rowsOf(kind);
  test(`the ${rows.length} ${kind} schedules of the table fire when Python says they do`, () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows)
      expect.soft(firstOccurrences(row), `${JSON.stringify(row.schedule)} from ${row.from}`).toEqual(row.occurrences);
  }, 60_000);
}
