import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import type { Ctx } from '../../core/access/ctx.js';
import { Operations } from '../../core/operations/operations.js';
import { createVariable, deleteVariable, updateVariable } from './variables.operations.js';
import { VariablesService } from './variables.service.js';

let app: TestApp;
let variables: VariablesService;
let operations: Operations;
let ctx: Ctx;
beforeAll(async () => {
  app = await startTestApp();
  [variables, operations] = [app.app.get(VariablesService), app.app.get(Operations)];
});
beforeEach(async () => {
  ctx = ctxFor(await app.tenant());
});
afterAll(() => app.close());

const eventsOf = async (id: string) =>
  (
    await app.db.sql.query(
      'select event, resource, payload from event where workspace_id = $1 and resource_id = $2 order by id',
      [ctx.workspaceId, `prefect.variable.${id}`],
    )
  ).rows;

test('every change leaves an event that carries the variable as it is then', async () => {
  const { id } = await operations.run(ctx, createVariable, { name: 'region', value: 'eu', tags: ['t'] });
  await operations.run(ctx, updateVariable, { key: { name: 'region' }, change: { value: ['us'], name: 'zone' } });
  await operations.run(ctx, deleteVariable, { id });
  const resource = (name: string) => ({
    'prefect.resource.id': `prefect.variable.${id}`,
    'prefect.resource.name': name,
  });
  expect(await eventsOf(id)).toEqual([
    {
      event: 'prefect.variable.created',
      resource: resource('region'),
      payload: { name: 'region', value: 'eu', tags: ['t'] },
    },
    {
      event: 'prefect.variable.updated',
      resource: resource('zone'),
      payload: { name: 'zone', value: ['us'], tags: ['t'] },
    },
    {
      event: 'prefect.variable.deleted',
      resource: resource('zone'),
      payload: { name: 'zone', value: ['us'], tags: ['t'] },
    },
  ]);
});

test('of rivals that make the same variable one succeeds, and one event is written', async () => {
  const rivals = Array.from({ length: 8 }, (_, value) =>
    operations.run(ctx, createVariable, { name: 'same', value, tags: [] }),
  );
  const outcomes = await Promise.allSettled(rivals);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { id } = await variables.get(ctx, { name: 'same' });
  expect(await eventsOf(id)).toHaveLength(1);
});

test('a refused change leaves no event', async () => {
  const { id } = await operations.run(ctx, createVariable, { name: 'a', value: 1, tags: [] });
  await operations.run(ctx, createVariable, { name: 'b', value: 1, tags: [] });
  await expect(operations.run(ctx, updateVariable, { key: { id }, change: { name: 'b' } })).rejects.toThrow();
  expect(await eventsOf(id)).toHaveLength(1);
});

test('values are looked up by name, and names of other workspaces mean nothing', async () => {
  await operations.run(ctx, createVariable, { name: 'a', value: null, tags: [] });
  await operations.run(ctx, createVariable, { name: 'b', value: { k: 1 }, tags: [] });
  expect(await variables.valuesOf(ctx, ['a', 'b', 'c'])).toEqual(
    new Map<string, unknown>([
      ['a', null],
      ['b', { k: 1 }],
    ]),
  );
  const stranger = ctxFor(await app.tenant());
  expect(await variables.valuesOf(stranger, ['a'])).toEqual(new Map());
});
