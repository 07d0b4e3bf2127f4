import { randomUUID } from 'node:crypto';
import { events } from '@headgate/contracts/rest/events';
import { runBatch } from '@headgate/contracts/rest/run-batches';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { turnsDuring } from '../../../test/turns-of-the-loop.js';
import { InvalidRequest, ZodPipe } from './zod-body.js';
import { ZodList } from './zod-list.js';

const list = new ZodList(events, 100);
const pipe = new ZodPipe(events);
const event = (more: object = {}) => ({
  id: randomUUID(),
  occurred: '2026-11-30T09:00:00Z',
  event: 'something.happened',
  resource: { 'prefect.resource.id': 'thing.1' },
  ...more,
});
const many = (count: number, more?: object) => Array.from({ length: count }, () => event(more));
const issuesOf = async (read: () => unknown) => {
  const error: unknown = await Promise.resolve()
    .then(read)
    .catch((thrown: unknown) => thrown);
  return error instanceof InvalidRequest ? error.issues : `no refusal: ${String(error)}`;
};

test('while a long list is read, others have the event loop after each slice', async () => {
  const body = many(2_000);
  let read: unknown;
  const turns = await turnsDuring(async () => (read = await list.read(body)));
  expect(read).toEqual(pipe.transform(body));
  expect(turns).toBeGreaterThanOrEqual(19);
});

test('a mistake stands where it stands in the list, in the words of the whole', async () => {
  const body = [...many(250), event({ occurred: 'yesterday' }), ...many(250)];
  const told = await issuesOf(() => list.read(body));
  expect(told).toEqual(await issuesOf(() => pipe.transform(body)));
  expect(told).toMatchObject([{ loc: ['body', 250, 'occurred'] }]);
});

test('a list full of mistakes is read once, in slices too, and the first fifty are told', async () => {
  let read = 0;
  const never = z.array(z.number().refine(() => (read += 1) < 0, 'Value error, never'));
  const body = Array.from({ length: 2_000 }, (_, at) => at);
  let told: unknown;
  const turns = await turnsDuring(async () => (told = await issuesOf(() => new ZodList(never, 100).read(body))));
  expect(read).toBe(2_000);
  expect(turns).toBeGreaterThanOrEqual(19);
  expect(told).toHaveLength(50);
  expect(told).toEqual(await issuesOf(() => new ZodPipe(never).transform(body)));
});

test('what is spelt laxly is read once more, in slices too', async () => {
  const levels = z.array(z.strictObject({ level: z.int() }));
  const body = Array.from({ length: 900 }, (_, at) => ({ level: at % 2 ? String(at) : at }));
  let read: unknown;
  const turns = await turnsDuring(async () => (read = await new ZodList(levels, 100).read(body)));
  expect(read).toEqual(body.map((_, level) => ({ level })));
  expect(turns).toBeGreaterThanOrEqual(16);
});

test('a list under a key is read in slices, and what stands around it with the first of them', async () => {
  const runs = new ZodList(runBatch, 50, 'flow_runs');
  const wanted = { flow_runs: Array.from({ length: 1_000 }, (_, n) => ({ parameters: { n } })) };
  let read: unknown;
  const turns = await turnsDuring(async () => (read = await runs.read(wanted)));
  expect(read).toEqual(new ZodPipe(runBatch).transform(wanted));
  expect(turns).toBeGreaterThanOrEqual(19);
  const wrong: unknown[] = [
    { flow_runs: wanted.flow_runs.with(720, { tags: 1 } as never), more: true },
    { flow_runs: [] },
    { flow_runs: Array.from({ length: 1_001 }, () => ({})) },
    { flow_runs: {} },
    {},
    [],
  ];
  for (const body of wrong)
    expect(await issuesOf(() => runs.read(body))).toEqual(await issuesOf(() => new ZodPipe(runBatch).transform(body)));
});

test('what is no list, too long, or empty is answered as ever', async () => {
  for (const body of [{}, null, 'events', many(5_001)])
    expect(await issuesOf(() => list.read(body))).toEqual(await issuesOf(() => pipe.transform(body)));
  expect(await list.read([])).toEqual([]);
});
