import type { AST } from '@eslint-community/regexpp';

/** A character, as a code point (or a UTF-16 unit in patterns without Unicode), that a step of the program takes. */
export type Takes = (character: number) => boolean;
export type Assertion = 'start' | 'end' | 'word' | 'no-word';
export type Instruction =
  | { kind: 'take'; takes: Takes }
  | { kind: 'split'; one: number; other: number }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'found' };
export type Program = Instruction[];

const instructionsMax = 5_000;
/** Repetitions of nothing add no instructions, but have to be gone through. */
const visitsMax = 20_000;

/** What cannot be told in linear time (looking around, looking back), or would be a very long program. */
export class Irregular extends Error {}

/** Thompson's construction. Greed and groups make no difference to whether there is a match. */
export function programOf(pattern: AST.Pattern, flags: string): Program {
  const program: Program = [];
  const known = new Map<string, Takes>();
  const add = (instruction: Instruction): number => {
    if (program.length >= instructionsMax) throw new Irregular();
    return program.push(instruction) - 1;
  };
  const split = (): Extract<Instruction, { kind: 'split' }> => {
    const made = { kind: 'split' as const, one: 0, other: 0 };
    made.one = add(made) + 1;
    made.other = made.one;
    return made;
  };
  const jump = (): Extract<Instruction, { kind: 'split' }> => split();

  const alternatives = ([first, ...others]: AST.Alternative[]): void => {
    if (!first) return;
    if (others.length === 0) return first.elements.forEach(element);
    const choice = split();
    first.elements.forEach(element);
    const end = jump();
    choice.other = program.length;
    alternatives(others);
    end.one = end.other = program.length;
  };
  const quantified = ({ element: each, min, max }: AST.Quantifier): void => {
    for (let count = 0; count < min; count++) element(each);
    if (max === Infinity) {
      const loop = split();
      const start = loop.one - 1;
      element(each);
      const back = jump();
      back.one = back.other = start;
      loop.other = program.length;
      return;
    }
    const exits = [];
    for (let count = min; count < max; count++) {
      exits.push(split());
      element(each);
    }
    for (const exit of exits) exit.other = program.length;
  };
  const taker = (raw: string): Takes => {
    const made = known.get(raw) ?? takesAs(raw, flags);
    known.set(raw, made);
    return made;
  };
  let visits = 0;
  const element = (node: AST.Element): void => {
    if (++visits > visitsMax) throw new Irregular();
    switch (node.type) {
      case 'Group':
      case 'CapturingGroup':
        return alternatives(node.alternatives);
      case 'Quantifier':
        return quantified(node);
      case 'Character':
        return void add({ kind: 'take', takes: (character) => character === node.value });
      case 'CharacterSet':
      case 'CharacterClass':
        return void add({ kind: 'take', takes: taker(node.raw) });
      case 'Assertion':
        if (node.kind === 'lookahead' || node.kind === 'lookbehind') throw new Irregular();
        return void add({ kind: 'assert', what: node.kind === 'word' && node.negate ? 'no-word' : node.kind });
      default:
        throw new Irregular();
    }
  };
  alternatives(pattern.alternatives);
  add({ kind: 'found' });
  return program;
}

const asciiCount = 128;

/** Asks JavaScript's own engine about one character, so that a class means here what it means there. */
function takesAs(raw: string, flags: string): Takes {
  let alone: RegExp | undefined;
  const ask = (character: number): boolean =>
    (alone ??= new RegExp(`^(?:${raw})$`, flags)).test(
      flags === 'u' ? String.fromCodePoint(character) : String.fromCharCode(character),
    );
  const ascii: (boolean | undefined)[] = [];
  return (character) => (character < asciiCount ? (ascii[character] ??= ask(character)) : ask(character));
}
