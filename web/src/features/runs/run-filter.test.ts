import { expect, test } from 'vitest';
import { readRunFilter, unknownIn } from './run-filter';

const unknown = (query: string) => unknownIn(new URLSearchParams(query));

test('what the filters mean stands as it is', () => {
  for (const query of [
    '',
    'state=FAILED,CRASHED&range=24h&sort=OLDEST&subflows=hide&q=x&flow=0199a0e5-0000-7000-8000-00000000000a&tag=a',
    'state=failed,Crashed',
    'range=custom&from=2026-03-01T12:00:00.000Z&to=2026-03-02T12:00:00.000Z',
    'range=any&sort=NEWEST',
  ])
    expect([query, unknown(query)]).toEqual([query, { words: [], changes: {} }]);
});

test('states are taken in any case', () => {
  expect(readRunFilter(new URLSearchParams('state=failed,Crashed,FAILED')).states).toEqual(['FAILED', 'CRASHED']);
});

test('what is no id of a flow or a deployment is named and taken out, and asked of nobody', () => {
  const id = '0199a0e5-0000-7000-8000-00000000000a';
  const query = `flow=not-an-id,${id}&deployment=7`;
  expect(unknown(query)).toEqual({
    words: ['flow=not-an-id', 'deployment=7'],
    changes: { flow: id, deployment: null },
  });
  expect(readRunFilter(new URLSearchParams(query))).toMatchObject({ flows: [id], deployments: [] });
});

test('what no filter knows is named and taken out, and the rest of it stays', () => {
  expect(unknown('state=nonsense')).toEqual({ words: ['state=nonsense'], changes: { state: null } });
  expect(unknown('state=FAILED,nonsense&q=x')).toEqual({ words: ['state=nonsense'], changes: { state: 'FAILED' } });
  expect(unknown('range=1y&sort=BEST&subflows=no&from=yesterday&to=')).toEqual({
    words: ['range=1y', 'sort=BEST', 'subflows=no', 'from=yesterday'],
    changes: { range: null, sort: null, subflows: null, from: null },
  });
});
