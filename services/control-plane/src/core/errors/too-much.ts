import { AppError } from './app-error.js';

/** An answer that nobody can be given whole: who can do with parts asks for fewer at a time. */
export class TooMuch extends AppError {
  constructor(bytesMax: number) {
    super(
      'invalid',
      `What was asked for is larger than ${bytesMax / 1024 / 1024} MB. Please ask for less of it at a time.`,
    );
  }
}

export const tooMuch = (bytesMax: number) => new TooMuch(bytesMax);
