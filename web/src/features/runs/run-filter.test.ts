import { expect, test } from 'vitest';
import { readRunFilter, toFilterInput, unknownIn } from './run-filter';

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
  expect(unknown('range=constructor&sort=toString&from=12026-01-01T00:00:00Z&to=9999-12-31T23:59:59-05:00')).toEqual({
    words: ['range=constructor', 'sort=toString', 'from=12026-01-01T00:00:00Z', 'to=9999-12-31T23:59:59-05:00'],
    changes: { range: null, sort: null, from: null, to: null },
  });
  expect(unknown('range=1y&sort=BEST&subflows=no&from=yesterday&to=')).toEqual({
    words: ['range=1y', 'sort=BEST', 'subflows=no', 'from=yesterday'],
    changes: { range: null, sort: null, subflows: null, from: null },
  });
});

test('names that no filter has are named and taken out, and Prefect’s name of the tags is ours', () => {
  expect(unknown('colour=red&tag=a')).toEqual({ words: ['colour=red'], changes: { colour: null } });
  expect(unknown('tags=a,b&state=FAILED')).toEqual({ words: [], changes: { tag: 'a,b', tags: null } });
  expect(readRunFilter(new URLSearchParams('tags=a,b')).tags).toEqual(['a', 'b']);
  expect(unknown('tags=a&tag=b').changes).toEqual({ tag: 'b', tags: null });
});

test('whatever stands in the address, the server is asked for something that it can answer', () => {
  const odd = ['constructor', '12026-01-01', '\u0000', ','.repeat(9_000), 'x'.repeat(9_000), '-1', '[]', '__proto__'];
  for (const value of odd) {
    const names = ['q', 'state', 'flow', 'deployment', 'pool', 'tag', 'range', 'from', 'to', 'subflows', 'sort'];
    const filter = readRunFilter(new URLSearchParams(names.map((name) => [name, value])));
    expect(filter).toMatchObject({ states: [], flows: [], deployments: [], range: 'any', from: null, to: null });
    expect(filter.sort).toBe('NEWEST');
    expect(JSON.stringify([filter.search, filter.pools, filter.tags])).not.toMatch(/\\u0000|x{201}/);
  }
});

test('a date alone is a span of its own, and beside a span of another name it is taken out', () => {
  const filter = readRunFilter(new URLSearchParams('to=2026-03-02'));
  expect(filter).toMatchObject({ range: 'custom', from: null, to: '2026-03-02T00:00:00.000Z' });
  expect(toFilterInput(filter, Date.now())).toMatchObject({ since: null, until: '2026-03-02T00:00:00.000Z' });
  expect(unknown('range=24h&to=2026-03-02')).toEqual({ words: ['to=2026-03-02'], changes: { to: null } });
  expect(unknown('to=2020')).toEqual({ words: ['to=2020'], changes: { to: null } });
});

test('what is yet to come is listed from the next on, unless another order is chosen', () => {
  const sortOf = (query: string) => readRunFilter(new URLSearchParams(query)).sort;
  expect([sortOf(''), sortOf('range=upcoming'), sortOf('range=upcoming&sort=NEWEST')]).toEqual([
    'NEWEST',
    'OLDEST',
    'NEWEST',
  ]);
});
