import type { Budget } from '../documents/budget.js';
import type { Assertion, Program } from './program.js';

const isWord = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122);

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const before = at > 0 && isWord(text.charCodeAt(at - 1));
  const after = at < text.length && isWord(text.charCodeAt(at));
  return (before !== after) === (what === 'word');
}

/**
 * Whether the program finds a match anywhere in the text: all ways are gone at the same time, so that a character costs
 * at most one visit of every instruction.
 */
export function finds(program: Program, text: string, unicode: boolean, budget: Budget): boolean {
  const seenAt = new Int32Array(program.length).fill(-1);
  const pending: number[] = [];
  let here: number[] = [];
  let next: number[] = [];
  let visits = 0;
  /** Follows all that takes no character. Answers whether that is a match. */
  const enter = (from: number, at: number, into: number[]): boolean => {
    pending.push(from);
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (seenAt[place] === at) continue;
      seenAt[place] = at;
      visits++;
      const instruction = program[place]!;
      if (instruction.kind === 'found') return true;
      if (instruction.kind === 'take') into.push(place);
      else if (instruction.kind === 'split') pending.push(instruction.other, instruction.one);
      else if (holds(instruction.what, text, at)) pending.push(place + 1);
    }
    return false;
  };
  for (let at = 0; ;) {
    if (enter(0, at, here)) return true;
    budget.spend(1 + ((visits + here.length) >> 2));
    visits = 0;
    if (at >= text.length) return false;
    const character = unicode ? text.codePointAt(at)! : text.charCodeAt(at);
    const after = at + (character > 0xffff ? 2 : 1);
    next.length = 0;
    for (const place of here) {
      const instruction = program[place]!;
      if (instruction.kind === 'take' && instruction.takes(character) && enter(place + 1, after, next)) return true;
    }
    [here, next] = [next, here];
    at = after;
  }
}
