import { expect, test } from 'vitest';
import { unknownIn } from './run-filter';

const unknown = (query: string) => unknownIn(new URLSearchParams(query));

test('what the filters mean stands as it is', () => {
  for (const query of [
    '',
    'state=FAILED,CRASHED&range=24h&sort=OLDEST&subflows=hide&q=x&flow=1&tag=a',
    'range=custom&from=2026-03-01T12:00:00.000Z&to=2026-03-02T12:00:00.000Z',
    'range=any&sort=NEWEST',
  ])
    expect([query, unknown(query)]).toEqual([query, { words: [], changes: {} }]);
});

test('what no filter knows is named and taken out, and the rest of it stays', () => {
  expect(unknown('state=nonsense')).toEqual({ words: ['state=nonsense'], changes: { state: null } });
  expect(unknown('state=FAILED,nonsense&q=x')).toEqual({ words: ['state=nonsense'], changes: { state: 'FAILED' } });
  expect(unknown('range=1y&sort=BEST&subflows=no&from=yesterday&to=')).toEqual({
    words: ['range=1y', 'sort=BEST', 'subflows=no', 'from=yesterday'],
    changes: { range: null, sort: null, subflows: null, from: null },
  });
});
