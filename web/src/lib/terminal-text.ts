/** What a piece of a text looks like: the colour that a terminal was asked for, as one of ours, which can be read in both themes. */
export type Look = { color: string | null; bold: boolean; faint: boolean; italic: boolean; underline: boolean };
export type Piece = { text: string; look: Look };

// Control characters are what this is about.
/* oxlint-disable no-control-regex */
const csi = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/;
/** Titles, links and what else goes to the terminal itself. Where the end is missing, only the beginning is taken out; none holds another. */
const told =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]{0,4096}(?:\u0007|\u001b\\|\u009c)/;
const escapes = /\u001b[ -/]*[0-~]/;
/** Whatever else is no character; and what turns the reading direction of all that follows. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202d\u202e]/;
const any = new RegExp([told, csi, escapes, controls].map(({ source }) => source).join('|'), 'g');
const sgr = /^(?:\u001b\[|\u009b)([\d;:]*)m$/;
/* oxlint-enable no-control-regex */

/** A line that a terminal would write over, as a progress bar is, is a line of its own. */
const withLines = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** The text without what a terminal takes for commands: as it is read, searched, and copied. */
export const plainText = (text: string): string => withLines(text).replace(any, '');

const plain: Look = { color: null, bold: false, faint: false, italic: false, underline: false };

/** So often a text may change its look; what follows is plain. */
const piecesMax = 400;

/** The same text in pieces of one look each. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let [look, at, open] = [plain, 0, ''];
  const lines = withLines(text);
  const close = () => {
    if (open) pieces.push({ text: open, look });
    open = '';
  };
  for (const match of lines.matchAll(any)) {
    open += lines.slice(at, match.index);
    at = match.index + match[0].length;
    const codes = sgr.exec(match[0])?.[1];
    if (codes === undefined || pieces.length > piecesMax) continue;
    close();
    look = pieces.length < piecesMax ? changed(look, codes.split(/[;:]/).map(Number)) : plain;
  }
  open += lines.slice(at);
  close();
  return pieces;
}

const changes: Record<number, Partial<Look>> = {
  0: plain,
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  39: { color: null },
};

function changed(before: Look, codes: number[]): Look {
  let look = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at]!;
    if (code === 38 || code === 48 || code === 58) {
      const [color, length] = extended(codes.slice(at + 1));
      if (code === 38) look = { ...look, color };
      at += length;
    } else if (isBasic(code)) look = { ...look, color: named[code % 10]! };
    else look = { ...look, ...changes[code] };
  }
  return look;
}

const isBasic = (code: number) => (code >= 30 && code <= 37) || (code >= 90 && code <= 97);

/** Black and white are the colour of the text: on what they were meant to stand is not shown. */
const named: (string | null)[] = [null, 'bad', 'ok', 'pause', 'run', 'sched', 'accent', null];

/** A colour by its number or by its parts, and how many codes tell it. */
function extended([kind, ...values]: number[]): [color: string | null, length: number] {
  if (kind === 5) return [ofPalette(values[0] ?? 0), 2];
  return kind === 2 ? [ofParts(values[0] ?? 0, values[1] ?? 0, values[2] ?? 0), 4] : [null, 1];
}

function ofPalette(number: number): string | null {
  if (number < 16) return named[number % 8] ?? null;
  if (number >= 232) return null;
  const cube = number - 16;
  return ofParts(Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6);
}

/** The one of our colours that is nearest in hue. */
function ofParts(red: number, green: number, blue: number): string | null {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most - least <= most / 4) return null;
  const bright = [red, green, blue].map((part) => (part - least) * 2 > most - least);
  return named[(bright[0] ? 1 : 0) + (bright[1] ? 2 : 0) + (bright[2] ? 4 : 0)] ?? null;
}
