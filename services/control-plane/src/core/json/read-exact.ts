const [quote, backslash, comma, closeList, closeObject] = [34, 92, 44, 93, 125];
const [openList, openObject, isTrue, isFalse, isNull] = [91, 123, 116, 102, 110];

/**
 * Reads a text that `JSON.parse` has accepted once more, with what `numberOf` makes of the source of each number. Nothing
 * is checked again, and the text must not be nested so deeply that recursion ends. Takes about twice as long as
 * `JSON.parse`: a reviver is asked for every value, and is not told the source by the oldest Node that we run on.
 */
export function readExact(text: string, numberOf: (source: string) => unknown): unknown {
  return new Reader(text, numberOf).value();
}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly numberOf: (source: string) => unknown,
  ) {}

  value(): unknown {
    switch (this.next()) {
      case quote:
        return this.string();
      case openList:
        return this.list();
      case openObject:
        return this.object();
      case isTrue:
        return this.word('true', true);
      case isFalse:
        return this.word('false', false);
      case isNull:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  /** The next character that means something. */
  private next(): number {
    let code = this.text.charCodeAt(this.at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = this.text.charCodeAt(++this.at);
    return code;
  }

  private list(): unknown[] {
    const list: unknown[] = [];
    this.at += 1;
    while (this.next() !== closeList) {
      list.push(this.value());
      if (this.next() === comma) this.at += 1;
    }
    this.at += 1;
    return list;
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at += 1;
    while (this.next() !== closeObject) {
      const key = this.string();
      this.next();
      this.at += 1; // the colon
      set(object, key, this.value());
      if (this.next() === comma) this.at += 1;
    }
    this.at += 1;
    return object;
  }

  private string(): string {
    const from = this.at;
    this.at = endOfText(this.text, from + 1) + 1;
    const inside = this.text.slice(from + 1, this.at - 1);
    return inside.includes('\\') ? (JSON.parse(this.text.slice(from, this.at)) as string) : inside;
  }

  private number(): unknown {
    const from = this.at;
    while (isOfNumber(this.text.charCodeAt(this.at))) this.at += 1;
    return this.numberOf(this.text.slice(from, this.at));
  }

  private word<T>(word: string, value: T): T {
    this.at += word.length;
    return value;
  }
}

/** Digits, `+`, `-`, `.`, `e` and `E`. */
export const isOfNumber = (code: number) =>
  (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 101 || code === 69 || code === 43;

/** As `JSON.parse` does: `__proto__` is a name like any other. */
function set(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Where the quote is that ends a text; -1 when there is none. */
export function endOfText(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, from, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, from: number, at: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
