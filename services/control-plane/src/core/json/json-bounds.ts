import { randomInt } from 'node:crypto';
import { endOfText, isOfNumber } from './read-exact.js';

/** What a text of JSON may hold at most; what is not named is not counted. */
export type JsonBounds = {
  /** Lists and objects inside of each other. */
  levels: number;
  /** Lists, objects, and what stands in them. A number of 16 characters and more, which is dear to read, counts as four. */
  values?: number;
  /** Different names of members: each new one costs a reader more than all else about a member. */
  names?: number;
  /** Characters of one number, which has to be one that can be reckoned with. */
  digits?: number;
};

const [quote, colon, comma, minus, zero, nine] = [34, 58, 44, 45, 48, 57];
const [openList, openObject, closeList, closeObject] = [91, 123, 93, 125];
const dearDigits = 16;

/** The bound that a text, if it is JSON, is beyond; null when it is within all of them. */
export const boundPassedBy = (text: string, bounds: JsonBounds): keyof JsonBounds | null =>
  // Each level opens and closes.
  text.length <= 2 * bounds.levels && !bounds.digits ? null : measure(text, bounds).passed;

/** The same, and how many members its objects have, as they are written. One pass, whatever the text is. */
export function measure(text: string, bounds: JsonBounds): { passed: keyof JsonBounds | null; members: number } {
  const { levels, values: valuesMax = Infinity, names: namesMax = Infinity, digits: digitsMax = Infinity } = bounds;
  const names = namesMax < text.length ? new Names() : null;
  let level = 0;
  let values = 1;
  let members = 0;
  const past = (passed: keyof JsonBounds) => ({ passed, members });
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const from = at + 1;
      at = endOfText(text, from);
      if (at === -1) break;
      if (text.charCodeAt(afterSpace(text, at + 1)) !== colon) continue;
      members += 1;
      if (names && names.add(text, from, at) > namesMax) return past('names');
    } else if (code === comma) {
      if (++values > valuesMax) return past('values');
    } else if (code === openList || code === openObject) {
      if (++level > levels) return past('levels');
      at = afterSpace(text, at + 1) - 1;
      const isEmpty = text.charCodeAt(at + 1) === code + 2;
      if (!isEmpty && ++values > valuesMax) return past('values');
    } else if (code === closeList || code === closeObject) level -= 1;
    else if (code === minus || (code >= zero && code <= nine)) {
      const from = at;
      while (isOfNumber(text.charCodeAt(at + 1))) at += 1;
      if (at + 1 - from >= dearDigits && (values += 3) > valuesMax) return past('values');
      if (digitsMax < Infinity && isBeyond(text, from, at + 1, digitsMax)) return past('digits');
    }
  }
  return { passed: null, members };
}

function afterSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9;)
    code = text.charCodeAt(++at);
  return at;
}

/** Too long, or read as infinite: what nobody can reckon with would become `null` on its way. */
function isBeyond(text: string, from: number, to: number, digitsMax: number): boolean {
  if (to - from > digitsMax) return true;
  return (to - from > 300 || hasExponent(text, from, to)) && Math.abs(Number(text.slice(from, to))) === Infinity;
}

function hasExponent(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((text.charCodeAt(at) | 32) === 101) return true;
  return false;
}

const bits = 18;
/** Nobody outside this process can know which names fall together. */
const [seed, factor] = [randomInt(2 ** 32), randomInt(2 ** 31) * 2 + 1];

/** Counts different names, a few of a hundred too low: those whose numbers fall together are not told apart. */
class Names {
  private readonly seen = new Uint8Array(2 ** bits);
  private count = 0;

  /** How many there are with this one. */
  add(text: string, from: number, to: number): number {
    let number = seed;
    for (let at = from; at < to; at++) {
      number = Math.imul(number ^ text.charCodeAt(at), factor);
      number ^= number >>> 15;
    }
    const place = Math.imul(number, factor) >>> (32 - bits);
    if (this.seen[place] === 0) {
      this.seen[place] = 1;
      this.count += 1;
    }
    return this.count;
  }
}
