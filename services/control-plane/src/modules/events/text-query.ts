/** A text search as people type it: terms are alternatives, `+term` must be there, `-term` or `!term` must not, quotes make a phrase. Whoever compares ignores case. */
export type TextQuery = { any: string[]; all: string[]; none: string[] };

/** A quote that is not closed goes on to the end. */
const term = /([+!-])?(?:"((?:[^"\\]|\\[\s\S])*)(?:"|\\?$)|([^\s"]+))/g;
const signAlone = /^[+!-]$/;

export function parseTextQuery(query: string): TextQuery {
  const parsed: TextQuery = { any: [], all: [], none: [] };
  for (const [, sign, phrase, word = ''] of query.matchAll(term)) {
    if (!sign && signAlone.test(word)) continue;
    const text = phrase?.replaceAll(/\\(["\\])/g, '$1') ?? word;
    if (text.trim()) (sign === '+' ? parsed.all : sign ? parsed.none : parsed.any).push(text);
  }
  return { any: [...new Set(parsed.any)], all: [...new Set(parsed.all)], none: [...new Set(parsed.none)] };
}

/** Takes steps of those that may be taken; throws when they are used up. */
type Spend = (steps: number) => void;

/** As far as to compare every character with every other is nothing, what the engine has for it is fastest. */
const plainSteps = 200_000;

/** Whether a text that is in lower case has what is asked for, in no more steps for each term than both are long. */
export function matchesText({ any, all, none }: TextQuery, text: string, spend: Spend): boolean {
  const isIn = (term: string) => holds(text, term.toLowerCase(), spend);
  return (any.length === 0 || any.some(isIn)) && all.every(isIn) && !none.some(isIn);
}

function holds(text: string, term: string, spend: Spend): boolean {
  const most = text.length * term.length;
  if (most > plainSteps) return holdsLong(text, term, spend);
  spend(most);
  return text.includes(term);
}

/** Knuth, Morris and Pratt: never goes back in the text, whatever repeats in it and in the term. */
function holdsLong(text: string, term: string, spend: Spend): boolean {
  spend(text.length + term.length);
  const back = new Uint16Array(term.length);
  for (let at = 1, same = 0; at < term.length; back[at++] = same) {
    const code = term.charCodeAt(at);
    while (same > 0 && code !== term.charCodeAt(same)) same = back[same - 1]!;
    if (code === term.charCodeAt(same)) same++;
  }
  for (let at = 0, same = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (same > 0 && code !== term.charCodeAt(same)) same = back[same - 1]!;
    if (code === term.charCodeAt(same) && ++same === term.length) return true;
  }
  return false;
}
