import { expect, test } from 'vitest';
import { echoed, leftOut } from './echo.js';

test('what is too large to repeat is left out: words stand for a value, nothing in a context, which stays an object', () => {
  const large = 'x'.repeat(9_000);
  const issue = { type: 'value_error', loc: ['body'], msg: 'Value error, no', input: large, ctx: { error: large } };
  const { issues, request } = echoed([issue, issue], { large });
  expect(request).toEqual({ large });
  expect(issues).toEqual([
    { ...issue, input: leftOut, ctx: {} },
    { ...issue, input: leftOut, ctx: {} },
  ]);
});
