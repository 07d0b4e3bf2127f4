import type { Budget } from '../documents/budget.js';
import { isObject } from './json-types.js';

/** Whether two items of a list are the same: told by a text that is the same for whatever order of keys. */
export function hasTwins(items: unknown[], budget: Budget): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonical(item);
    budget.spend(1 + (text.length >> 3));
    if (seen.has(text)) return true;
    seen.add(text);
  }
  return false;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join()}}`;
}
