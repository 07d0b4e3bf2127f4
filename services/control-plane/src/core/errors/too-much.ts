import { invalid } from './app-error.js';

/** An answer that nobody can be given whole. */
export const tooMuch = (bytesMax: number) =>
  invalid(`What was asked for is larger than ${bytesMax / 1024 / 1024} MB. Please ask for less of it at a time.`);
