import { ExactNumber, JsonText } from './exact-json.js';

/** From here on a text may hold much that is written with a backslash, which makes up to six characters of one. */
const longText = 4_000;

/** About how long the value is as JSON; null when that is more than `max`, for which it is not looked at to its end. */
export function sizeWithin(value: unknown, max: number): number | null {
  let size = 0;
  const grows = (part: unknown): boolean => {
    if (typeof part === 'string') size += textSize(part, max - size);
    else if (part instanceof ExactNumber) size += part.source.length;
    else if (part instanceof JsonText) size += part.text.length;
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

const textSize = (text: string, left: number): number =>
  text.length < longText || text.length > left ? text.length + 2 : JSON.stringify(text).length;
