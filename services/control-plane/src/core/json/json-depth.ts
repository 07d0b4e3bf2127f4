import { endOfText } from './read-exact.js';

const quote = 34;
const [openList, openObject, closeList, closeObject] = [91, 123, 93, 125];

/** Whether a text, if it is JSON, is nested deeper than `levelsMax`. One pass, whatever the text is. */
export function isTooDeep(text: string, levelsMax: number): boolean {
  // Each level opens and closes.
  if (text.length <= 2 * levelsMax) return false;
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfText(text, at + 1);
      if (at === -1) return false;
    } else if (code === openList || code === openObject) {
      if (++level > levelsMax) return true;
    } else if (code === closeList || code === closeObject) level -= 1;
  }
  return false;
}
