const charactersMax = 10_000;

/**
 * A JSON value as Python would print it: clients show and compare the texts that validation errors are made of. What is
 * very long is cut: an answer is not to be longer than its question.
 */
export function pythonRepr(value: unknown): string {
  const writer = { text: '', put: (part: string) => void (writer.text += part) };
  write(value, writer);
  return writer.text.length <= charactersMax ? writer.text : `${writer.text.slice(0, charactersMax)}…`;
}

type Writer = { text: string; put: (part: string) => void };

function write(value: unknown, writer: Writer): void {
  if (writer.text.length > charactersMax) return;
  if (value === null || value === undefined) return writer.put('None');
  if (value === true) return writer.put('True');
  if (value === false) return writer.put('False');
  if (typeof value === 'string') return writer.put(quoted(value.slice(0, charactersMax)));
  if (Array.isArray(value)) return writeAll(value, '[]', writer, (each) => write(each, writer));
  if (typeof value !== 'object') return writer.put(String(value));
  writeAll(Object.entries(value), '{}', writer, ([key, each]) => {
    writer.put(`${quoted(key.slice(0, charactersMax))}: `);
    write(each, writer);
  });
}

function writeAll<T>(items: T[], brackets: string, writer: Writer, writeEach: (item: T) => void): void {
  writer.put(brackets[0]!);
  for (const [at, item] of items.entries()) {
    if (writer.text.length > charactersMax) return;
    if (at > 0) writer.put(', ');
    writeEach(item);
  }
  writer.put(brackets[1]!);
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** What Python does not print as it is: control and format characters, separators other than the space. */
const unprintable = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  if (code.length <= 2) return escapes[character] ?? `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** In single quotes, unless the text has some and no double ones. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + text.replaceAll(unprintable, escaped).replaceAll(quote, `\\${quote}`) + quote;
}
