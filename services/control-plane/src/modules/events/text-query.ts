/** A text search as people type it: terms are alternatives, `+term` must be there, `-term` or `!term` must not, quotes make a phrase. */
export type TextQuery = { any: string[]; all: string[]; none: string[] };

const term = /([+!-])?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

export function parseTextQuery(query: string): TextQuery {
  const parsed: TextQuery = { any: [], all: [], none: [] };
  for (const [, sign, phrase, word] of query.matchAll(term)) {
    const text = (phrase?.replaceAll('\\"', '"') ?? word ?? '').toLowerCase();
    if (text) (sign === '+' ? parsed.all : sign ? parsed.none : parsed.any).push(text);
  }
  return parsed;
}

export function matchesText(query: string, text: string): boolean {
  const { any, all, none } = parseTextQuery(query);
  const searched = text.toLowerCase();
  if (any.length > 0 && !any.some((each) => searched.includes(each))) return false;
  return all.every((each) => searched.includes(each)) && !none.some((each) => searched.includes(each));
}
