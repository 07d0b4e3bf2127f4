import { nearest } from '@headgate/contracts/parameter-names';

const guess = /'([^']*)'\n\(Did you mean (?:one of )?(.*)\?\)/;

/** The complaint of the parser without guesses that have little in common with what was typed: it takes `bogus` for `logs`. */
export const withoutFarGuesses = (complaint: string): string =>
  complaint.replace(guess, (_, typed: string, guessed: string) => {
    const near = guessed.split(', ').filter((each) => nearest(bare(typed), [bare(each)]) !== null);
    const words = near.length > 1 ? `one of ${near.join(', ')}` : near[0];
    return words === undefined ? `'${typed}'` : `'${typed}'\n(Did you mean ${words}?)`;
  });

const bare = (word: string): string => word.replace(/^-+/, '');
