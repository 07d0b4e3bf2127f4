import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../app.js';
import { ctxFor } from '../ctx.js';
import { createVariable, deleteVariable } from '../../src/modules/variables/variables.operations.js';
import { VariablesService } from '../../src/modules/variables/index.js';
import type { Ctx } from '../../src/core/access/ctx.js';
import { Metrics } from '../../src/core/health/metrics.js';
import { Live, topics } from '../../src/core/live/live.js';
import { Operations } from '../../src/core/operations/operations.js';

let app: TestApp;
let operations: Operations;
let ctx: Ctx;
beforeAll(async () => {
  app = await startTestApp();
  operations = app.app.get(Operations);
});
beforeEach(async () => {
  ctx = ctxFor(await app.tenant());
});
afterAll(() => app.close());

const draft = { name: 'region', value: 'eu', tags: [] };
const count = () => app.app.get(VariablesService).count(ctx, undefined);
const eventsStored = async (): Promise<number> =>
  (await app.db.sql.query('select 1 from event where workspace_id = $1', [ctx.workspaceId])).rows.length;
const counted = async () => {
  const { values } = await app.app.get(Metrics).operations.get();
  const of = (outcome: string) =>
    values.find(({ labels }) => labels.operation === 'variable.create' && labels.outcome === outcome)?.value ?? 0;
  return { done: of('done'), refused: of('refused'), failed: of('failed') };
};

test('what was rehearsed has not happened, and nobody heard of it', async () => {
  const heard: unknown[] = [];
  app.app.get(Live).subscribe(topics.events(ctx.workspaceId), (events) => void heard.push(events));
  const { answer, words } = await operations.rehearse(ctx, createVariable, draft);
  expect(answer).toMatchObject(draft);
  expect(words).toBe('Created the variable region');
  expect([await count(), await eventsStored(), heard]).toEqual([0, 0, []]);
  const made = await operations.run(ctx, createVariable, draft);
  expect((await operations.rehearse(ctx, deleteVariable, { id: made.id })).words).toBe('Deleted the variable region');
  expect([await count(), await eventsStored(), heard.length]).toEqual([1, 1, 1]);
});

test('a rehearsal is refused for the same reasons as the change', async () => {
  await operations.run(ctx, createVariable, draft);
  await expect(operations.rehearse(ctx, createVariable, draft)).rejects.toThrow('already exists');
});

test('whoever lacks the right is refused, for real and in a rehearsal', async () => {
  const viewer = { ...ctx, scopes: new Set(['see_variables'] as const) };
  await expect(operations.run(viewer, createVariable, draft)).rejects.toThrow('write_variables');
  await expect(operations.rehearse(viewer, createVariable, draft)).rejects.toThrow('write_variables');
  expect(await count()).toBe(0);
});

test('operations are counted by what came of them', async () => {
  const before = await counted();
  await operations.run(ctx, createVariable, draft);
  await operations.run(ctx, createVariable, draft).catch(() => undefined);
  await operations.run({ ...ctx, workspaceId: 'no-uuid' }, createVariable, draft).catch(() => undefined);
  const after = await counted();
  expect({ done: after.done - before.done, refused: after.refused - before.refused }).toEqual({ done: 1, refused: 1 });
  expect(after.failed - before.failed).toBe(1);
});
