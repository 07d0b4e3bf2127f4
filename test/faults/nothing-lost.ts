import { expect } from 'vitest';
import type { Stored } from './checks.js';
import type { Promises } from './clients.js';

/** A run that was acknowledged is there once, in the state that was acknowledged last. */
export async function expectRunsKept({ runs, asked }: Promises, stored: Stored): Promise<void> {
  const rows = await stored.rows<{ id: string; idempotency_key: string; state_type: string }>(
    "select id, idempotency_key, state_type from flow_run where idempotency_key ~ '^(life|ask|command)-'",
  );
  expect(rows.length).toBe(runs.size + asked.size);
  const found = new Map(rows.map((row) => [row.idempotency_key, { id: row.id, end: row.state_type }]));
  expect([...runs].filter(([key, run]) => found.get(key)?.id !== run.id || found.get(key)?.end !== run.end)).toEqual(
    [],
  );
}

/** Every run is in a true state, and none is left over in a queue, a claim or a slot. */
export async function expectTrueStates(stored: Stored): Promise<void> {
  expect(await stored.untrueRuns()).toEqual([]);
  expect(await stored.leftovers()).toEqual([]);
}

/** No line and no event that was accepted is lost, and no event is there twice. */
export async function expectWordsKept({ logs, events }: Promises, stored: Stored): Promise<void> {
  const lines = await stored.rows<{ message: string }>("select distinct message from log where name = 'faults'");
  const kept = new Set(lines.map((row) => row.message));
  expect([...logs].filter((line) => !kept.has(line))).toEqual([]);
  const told = await stored.rows<{ id: string }>("select id from event where event = 'faults.happened'");
  expect(new Set(told.map((row) => row.id)).size).toBe(told.length);
  const ids = new Set(told.map((row) => row.id));
  expect([...events].filter((id) => !ids.has(id))).toEqual([]);
}

/** No run was begun twice under one claim, and none ended twice. */
export async function expectBegunOnce(begun: string[], stored: Stored): Promise<void> {
  expect(new Set(begun).size).toBe(begun.length);
  expect(await stored.endedTwice()).toEqual([]);
}

export const begunBy = ({ executions }: Promises): string[] => executions.map(({ run, claim }) => `${run} ${claim}`);

export async function expectNothingLost(promises: Promises, stored: Stored): Promise<void> {
  await expectRunsKept(promises, stored);
  await expectTrueStates(stored);
  await expectWordsKept(promises, stored);
  await expectBegunOnce(begunBy(promises), stored);
}
