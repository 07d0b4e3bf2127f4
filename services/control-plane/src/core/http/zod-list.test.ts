import { randomUUID } from 'node:crypto';
import { events } from '@headgate/contracts/rest/events';
import { expect, test } from 'vitest';
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

test('what is no list, too long, or empty is answered as ever', async () => {
  for (const body of [{}, null, 'events', many(5_001)])
    expect(await issuesOf(() => list.read(body))).toEqual(await issuesOf(() => pipe.transform(body)));
  expect(await list.read([])).toEqual([]);
});
