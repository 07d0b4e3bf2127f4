import type { Place } from './caller.js';

/** The name under which a file exports what the call at this place makes; null where its text does not tell. Pure. */
export function exportedAt(text: string, { line, column }: Omit<Place, 'file'>): string | null {
  const lines = text.split('\n');
  const before = [...lines.slice(0, line - 1), (lines[line - 1] ?? '').slice(0, column - 1)].join('\n');
  if (/\bexport\s+default\s+(?:[\w$]+\.)*$/.test(before)) return 'default';
  const variable = /(\bexport\s+)?\b(?:const|let|var)\s+([\w$]+)\s*(?::(?:[^;=]|=>)*)?=\s*(?:[\w$]+\.)*$/.exec(before);
  if (!variable) return null;
  const [, exported, name] = variable as unknown as [string, string | undefined, string];
  return exported ? name : listedAs(withoutComments(text), name);
}

/** `export { name }`, `export { name as other }` or `export default name`. */
function listedAs(code: string, name: string): string | null {
  for (const [, list] of code.matchAll(/\bexport\s*\{([^}]*)\}(?!\s*from\b)/g)) {
    for (const each of list!.split(',')) {
      const [local, as, other] = each.trim().split(/\s+/);
      if (local === name) return as === 'as' ? other! : name;
    }
  }
  const chosen = /\bexport\s+default\s+([\w$]+)\s*(?:;|$)/m.exec(code)?.[1];
  return chosen === name ? 'default' : null;
}

const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
