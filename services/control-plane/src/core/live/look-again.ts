/**
 * Given out by a live stream in place of a thing: news may have been missed, so whoever keeps a list looks at all of it again.
 * Said once for however much was missed.
 */
export const lookAgain = Symbol('look again');
/** Stands for it where things go by their ids. */
export const lookAgainId = 'look-again';
