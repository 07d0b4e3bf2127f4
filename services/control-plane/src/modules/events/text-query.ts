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

export function matchesText(query: string, text: string): boolean {
  const { any, all, none } = parseTextQuery(query);
  const searched = text.toLowerCase();
  const isIn = (term: string) => searched.includes(term.toLowerCase());
  return (any.length === 0 || any.some(isIn)) && all.every(isIn) && !none.some(isIn);
}
