const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader takes for the first letter: an emoji of many code points is one, and a letter goes with its accents. */
const firstLetter = (text: string): string =>
  letters.segment(text.trim())[Symbol.iterator]().next().value?.segment ?? '';

/** The first letters of the first words of a name. */
export const initials = (name: string, wordsMax = 2): string =>
  name.trim().split(/\s+/).slice(0, wordsMax).map(firstLetter).join('').toUpperCase();
