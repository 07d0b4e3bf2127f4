/** Where a text stops being JSON, and what was expected there, in the words of the wire. */
type JsonMistake = { at: number; error: string };

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ',' | 'end';

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them inside of text
const textInside = /(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
const endOf = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
};

export function findJsonMistake(text: string): JsonMistake {
  const { at, error } = walk(text);
  return { at: charactersIn(text, 0, at), error };
}

/** The wire counts characters, of which some are two units here. */
function charactersIn(text: string, from: number, to: number): number {
  let count = to - from;
  for (let at = from; at < to; at++) if (text.codePointAt(at)! > 0xffff && at + 1 < to) count -= 1;
  return count;
}

/**
 * Walks over a text that `JSON.parse` refused; without recursion, for it may be nested as deep as it likes. Here `at`
 * counts units.
 */
function walk(text: string): JsonMistake {
  if (text.startsWith('\ufeff')) return { at: 0, error: 'Unexpected UTF-8 BOM (decode using utf-8-sig)' };
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = endOf(space, text, 0);
  const fail = (error: string, place = at): JsonMistake => ({ at: place, error });
  const valueEnds = (): Expected => (open.length > 0 ? ',' : 'end');
  for (; ; at = endOf(space, text, at)) {
    const next = text[at];
    const closes = next !== undefined && next === open.at(-1) && (expected === ',' || expected.endsWith(next));
    if (closes) {
      open.pop();
      expected = valueEnds();
    } else if (expected === 'end') return fail('Extra data');
    else if (expected === ':' || expected === ',') {
      if (next !== expected) return fail(`Expecting '${expected}' delimiter`);
      expected = expected === ',' && open.at(-1) === '}' ? 'key' : 'value';
    } else if (next === '"') {
      const end = endOf(textInside, text, at + 1);
      if (text[end] !== '"') return fail(...mistakeInText(text, at, end));
      at = end;
      expected = expected.startsWith('key') ? ':' : valueEnds();
    } else if (expected.startsWith('key')) return fail('Expecting property name enclosed in double quotes');
    else if (next === '{' || next === '[') {
      open.push(next === '{' ? '}' : ']');
      expected = next === '{' ? 'key or }' : 'value or ]';
    } else {
      const end = endOf(scalar, text, at);
      if (end === at) return fail('Expecting value');
      at = end - 1;
      expected = valueEnds();
    }
    at += 1;
  }
}

function mistakeInText(text: string, start: number, end: number): [error: string, place: number] {
  const [bad, next] = [text[end], text[end + 1]];
  if (bad === undefined || (bad === '\\' && next === undefined)) return ['Unterminated string starting at', start];
  if (bad !== '\\') return ['Invalid control character at', end];
  return next === 'u' ? ['Invalid \\uXXXX escape', end + 1] : ['Invalid \\escape', end];
}

/** The same in one line, as Python's reader tells it. */
export function sayJsonMistake(text: string): string {
  const { at, error } = walk(text);
  const lineStart = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  const column = charactersIn(text, lineStart, at) + 1;
  return `${error}: line ${line} column ${column} (char ${charactersIn(text, 0, at)})`;
}
