import { limits } from './limits.js';

const [quote, hash, backslash, newLine, carriageReturn] = [34, 35, 92, 10, 13];
const opening = new Set([...'[{('].map((bracket) => bracket.charCodeAt(0)));
const closing = new Set([...']})'].map((bracket) => bracket.charCodeAt(0)));

/**
 * Why a text may not be parsed, or null: the parser goes one call deeper with each bracket, and would end in the words of
 * the engine. Knows texts and comments, and nothing else of the language.
 */
export function nestsTooDeep(text: string): string | null {
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (opening.has(code)) {
      if (++level > limits.nesting) return `A document may nest at most ${limits.nesting} levels.`;
    } else if (closing.has(code)) level -= 1;
    else if (code === quote) at = text.startsWith('"""', at) ? endOfBlock(text, at + 3) : endOfText(text, at + 1);
    else if (code === hash) at = endOfLine(text, at);
  }
  return null;
}

/** Where the quote is that ends it; the end of the line, at which the parser gives up, if there is none. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || code === newLine || code === carriageReturn) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

function endOfBlock(text: string, from: number): number {
  for (let at = text.indexOf('"""', from); at !== -1; at = text.indexOf('"""', at + 1))
    if (text.charCodeAt(at - 1) !== backslash) return at + 2;
  return text.length;
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === newLine || code === carriageReturn) return at;
  }
  return text.length;
}
