import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { StepsSpent, type Budget } from '../documents/budget.js';
import { isDocumentThread } from '../documents/where.js';
import { invalid } from '../errors/app-error.js';
import { programOf, type Program } from './program.js';
import { finds } from './run.js';

/** A tenant's pattern. Says whether it is found in a text, in time that grows with the text's length alone. */
export type Pattern = (text: string, budget: Budget) => boolean;

const lengthMax = 10_000;
const known = new Map<string, Pattern>();
const knownMax = 200;
const parser = new RegExpParser({ ecmaVersion: 2023 });

/** As JavaScript reads it. Throws `invalid` for one that cannot be read. */
export function patternOf(source: string, budget: Budget): Pattern {
  const found = known.get(source);
  if (found) return found;
  if (source.length > lengthMax) throw invalid(`Invalid schema: a pattern has at most ${lengthMax} characters.`);
  budget.spend(source.length);
  const made = compiled(source, 'u') ?? compiled(source, '');
  if (!made) throw invalid(`Invalid schema: '${source}' is not a 'regex'`);
  if (known.size >= knownMax) known.clear();
  known.set(source, made);
  return made;
}

/** Some patterns are only good without the stricter reading that goes with Unicode. */
function compiled(source: string, flags: 'u' | ''): Pattern | null {
  const whole = readable(source, flags);
  if (!whole) return null;
  try {
    const tree = parser.parsePattern(source, 0, source.length, { unicode: flags === 'u' });
    return regular(programOf(tree as AST.Pattern, flags), flags === 'u');
  } catch {
    return irregular(whole);
  }
}

function readable(source: string, flags: string): RegExp | null {
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

function regular(program: Program, unicode: boolean): Pattern {
  return (text, budget) => {
    budget.spend(program.length >> 3);
    return finds(program, text, unicode, budget);
  };
}

/** What looks around or back has no end in sight. It is tried where it can be stopped. */
const irregular =
  (whole: RegExp): Pattern =>
  (text) => {
    if (!isDocumentThread) throw new StepsSpent();
    return whole.test(text);
  };
