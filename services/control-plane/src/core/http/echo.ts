import { ExactNumber } from '../json/exact-json.js';
import type { Issue } from './zod-issues.js';

/** Of a refused request so many characters are repeated in all: no answer grows with its question. */
const echoedMax = 10_000;
const textMax = 1_000;
const keyMax = 200;

export const leftOut = '(left out: too large to repeat)';

/** Issues and the request that they complain of, as far as they are short enough to be sent back. */
export function echoed(issues: Issue[], request: unknown): { issues: Issue[]; request: unknown } {
  let left = echoedMax;
  const within = (value: unknown): unknown => {
    const size = sizeWithin(value, left);
    if (size === null) return leftOut;
    left -= size;
    return value;
  };
  const repeated = within(request);
  return {
    request: repeated,
    issues: issues.map((issue) => ({
      ...issue,
      loc: issue.loc.map((key) => (typeof key === 'string' ? cut(key, keyMax) : key)),
      msg: cut(issue.msg, textMax),
      ...('input' in issue && { input: within(issue.input) }),
      ...(issue.ctx && { ctx: within(issue.ctx) as Record<string, unknown> }),
    })),
  };
}

/** A text that is repeated, as far as it goes. */
export const shortened = (text: string): string => cut(text, echoedMax);

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);

/** About how long the value is as JSON; null when that is more than `max`, for which it is not looked at to its end. */
function sizeWithin(value: unknown, max: number): number | null {
  let size = 0;
  const grows = (part: unknown): boolean => {
    if (typeof part === 'string') size += part.length + 2;
    else if (part instanceof ExactNumber) size += part.source.length;
    else if (Array.isArray(part)) return ++size <= max && part.every(grows);
    else if (typeof part === 'object' && part !== null) {
      for (const key in part) {
        size += key.length + 4;
        if (size > max || !grows((part as Record<string, unknown>)[key])) return false;
      }
      size += 2;
    } else size += 5;
    return size <= max;
  };
  return grows(value) ? size : null;
}
