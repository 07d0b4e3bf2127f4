/** Where and why Python's reader stops: the words are part of what people are told. */
class Mistake extends Error {
  constructor(
    what: string,
    readonly at: number,
  ) {
    super(what);
  }
}

const blank = /[ \t\n\r]*/y;
const literal = /null|true|false|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
/** All but the quote, the backslash and what is below the space. */
const plainText = /[ !#-[\]-\uffff]*/y;
const escape = /\\(?:["\\/bfnrt]|(u[0-9a-fA-F]{4})|(u))/y;

/** Walks through a JSON text as Python does; every step answers the place behind what it has read. */
class Walk {
  constructor(private readonly text: string) {}

  whole(): void {
    if (this.text.startsWith('\ufeff')) throw new Mistake('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0);
    const end = this.skip(this.value(this.skip(0)));
    if (end < this.text.length) throw new Mistake('Extra data', end);
  }

  private value(at: number): number {
    if (this.text[at] === '"') return this.string(at);
    if (this.text[at] === '{') return this.list(at, '}', (from) => this.member(from));
    if (this.text[at] === '[') return this.list(at, ']', (from) => this.value(from));
    const end = this.match(literal, at);
    if (end === null) throw new Mistake('Expecting value', at);
    return end;
  }

  private list(at: number, close: string, item: (at: number) => number): number {
    let place = this.skip(at + 1);
    if (this.text[place] === close) return place + 1;
    while (true) {
      place = this.skip(item(place));
      if (this.text[place] === close) return place + 1;
      if (this.text[place] !== ',') throw new Mistake("Expecting ',' delimiter", place);
      place = this.skip(place + 1);
    }
  }

  private member(at: number): number {
    if (this.text[at] !== '"') throw new Mistake('Expecting property name enclosed in double quotes', at);
    const colon = this.skip(this.string(at));
    if (this.text[colon] !== ':') throw new Mistake("Expecting ':' delimiter", colon);
    return this.value(this.skip(colon + 1));
  }

  private string(at: number): number {
    let place = at + 1;
    while (true) {
      place = this.match(plainText, place)!;
      const found = this.text[place];
      if (found === '"') return place + 1;
      if (found === undefined) throw new Mistake('Unterminated string starting at', at);
      if (found !== '\\') throw new Mistake('Invalid control character at', place);
      place = this.escaped(place, at);
    }
  }

  private escaped(at: number, start: number): number {
    if (at + 1 >= this.text.length) throw new Mistake('Unterminated string starting at', start);
    escape.lastIndex = at;
    const [whole, , unfinished] = escape.exec(this.text) ?? [];
    if (!whole) throw new Mistake('Invalid \\escape', at);
    if (unfinished) throw new Mistake('Invalid \\uXXXX escape', at + 1);
    return at + whole.length;
  }

  private skip(at: number): number {
    return this.match(blank, at)!;
  }

  private match(pattern: RegExp, at: number): number | null {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : null;
  }
}

/** Why a text is no JSON, in Python's words; null when Python would read it. */
export function jsonMistake(text: string): string | null {
  try {
    new Walk(text).whole();
    return null;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    const before = Array.from(text.slice(0, error.at));
    const line = before.filter((each) => each === '\n').length + 1;
    const column = before.length - before.lastIndexOf('\n');
    return `${error.message}: line ${line} column ${column} (char ${before.length})`;
  }
}
