import { count, limits } from './limits.js';

/**
 * Why the variables are too large to be looked at more closely, or null. Stops at the first bound that is passed. No text
 * has more than `textMax` characters.
 */
export function variablesTooLarge(variables: unknown, textMax: number): string | null {
  let [chars, items] = [0, 0];
  const stack: { value: unknown; depth: number }[] = [{ value: variables, depth: 0 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, depth } = top;
    if (typeof value === 'string') {
      if (value.length > textMax) return `A text that is asked for may have at most ${count(textMax)} characters.`;
      chars += value.length;
    } else if (value && typeof value === 'object') {
      if (depth >= limits.variablesDepth) return `Variables may nest at most ${limits.variablesDepth} levels.`;
      for (const [name, each] of Object.entries(value)) {
        chars += Array.isArray(value) ? 1 : name.length;
        stack.push({ value: each, depth: depth + 1 });
        if (++items > limits.variablesItems) return `Variables may hold at most ${count(limits.variablesItems)} items.`;
      }
    }
    if (chars > limits.variablesChars) return `Variables may have at most ${count(limits.variablesChars)} characters.`;
  }
  return null;
}
