/**
 * Text that others have written (log lines, names, messages), for a terminal. What a terminal obeys could move its cursor,
 * clear it, set its title or its clipboard, or show one text as another: none of it leaves here as it came.
 */

const esc = String.raw`\u001b`;
/** Sequences with parameters, strings with an end, and the short ones. */
const sequences = new RegExp(
  [
    String.raw`(?:${esc}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:${esc}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|${esc}\\|\u009c)`,
    String.raw`${esc}[ -/]*[0-Z\\^-~]`,
  ].join('|'),
  'g',
);
const colour = String.raw`${esc}\[[\d;:]*m`;
const colours = new RegExp(colour, 'g');
/** But for the ends of lines and tabs; and what turns the direction of the text around. */
const controls = String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]`;
const coloursOrControls = new RegExp(`${colour}|${controls}`, 'g');
const controlsOnly = new RegExp(controls, 'g');

const reset = '\u001b[0m';

/** Without what a terminal obeys, but for colours: what remains are the words. */
export const withoutSequences = (text: string): string =>
  text.replace(sequences, (found) => (found.match(colours)?.[0] === found && !hides(found) ? found : ''));

/** What a terminal would obey is seen as it would be written in code; colours stay where they are wanted, to the end of a line. */
export function harmless(text: string, { keepColours }: { keepColours: boolean }): string {
  const safe = text
    .replaceAll('\r\n', '\n')
    .replace(coloursOrControls, (found) => (found.length === 1 ? visible(found) : keepColours ? shown(found) : ''));
  return keepColours ? safe.replace(/^.*$/gm, (line) => (line.includes('\u001b') ? `${line}${reset}` : line)) : safe;
}

/** A document of JSON means the same with them written as it allows. */
export const harmlessJson = (json: string): string => json.replace(controlsOnly, (found) => `\\u${hex(found, 4)}`);

const visible = (control: string): string => (control <= '\u00ff' ? `\\x${hex(control, 2)}` : `\\u${hex(control, 4)}`);
const hex = (text: string, digits: number): string => text.charCodeAt(0).toString(16).padStart(digits, '0');

const shown = (found: string): string => (hides(found) ? '' : found);
/** Text that is there and is not seen. */
const hides = (found: string): boolean => /(?:\[|;)0*8[;m]/.test(found) && !/[34]8[;:]/.test(found);
