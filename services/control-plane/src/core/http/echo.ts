import { sizeWithin } from '../json/json-size.js';
import type { Issue } from './zod-issues.js';

/** Of a refused request so many characters are repeated in all: no answer grows with its question. */
const echoedMax = 10_000;
const textMax = 1_000;
const keyMax = 200;

export const leftOut = '(left out: too large to repeat)';

/** Issues and the request that they complain of, as far as they are short enough to be sent back. */
export function echoed(issues: Issue[], request: unknown): { issues: Issue[]; request: unknown } {
  let left = echoedMax;
  const within = <T, E>(value: T, instead: E): T | E => {
    const size = sizeWithin(value, left);
    if (size === null) return instead;
    left -= size;
    return value;
  };
  const repeated = within(request, leftOut);
  return {
    request: repeated,
    issues: issues.map((issue) => ({
      ...issue,
      loc: issue.loc.map((key) => (typeof key === 'string' ? cut(key, keyMax) : key)),
      msg: cut(issue.msg, textMax),
      ...('input' in issue && { input: within(issue.input, leftOut) }),
      // An object, whoever reads it.
      ...(issue.ctx && { ctx: within(issue.ctx, {}) }),
    })),
  };
}

/** A text that is repeated, as far as it goes. */
export const shortened = (text: string): string => cut(text, echoedMax);

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);
