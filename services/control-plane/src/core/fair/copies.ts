import { invalid, type AppError } from '../errors/app-error.js';
import { sizeWithin } from '../json/json-size.js';
import { oneByOne } from './in-slices.js';

/** What one request may have written, every copy of every text counted: a short one may ask for much. */
export const writtenCharsMax = 8_000_000;
/** What goes into one statement: others wait while it is made. */
export const charsPerStatement = 1_000_000;

/** What is written anew for each of many rows: a sentence begins with `what`; `rows` are those that get it. */
type Copied = { what: string; chars: number; rows: string };

/** Before the first row is written: throws `invalid` when all copies together are more than one request may have written. */
export function refuseCopies({ what, chars, rows }: Copied, count: number): void {
  if (count > 1 && chars * count > writtenCharsMax)
    throw tooMuchWritten(what, rows, Math.floor(writtenCharsMax / chars), count);
}

/** The same where each row is asked for: one text may be named again and again. `chars` is what each gets besides. */
export async function refuseRepeats({ what, chars, rows }: Copied, asked: readonly unknown[]): Promise<void> {
  let left = writtenCharsMax;
  let fitting = 0;
  await oneByOne(asked, (item) => {
    if (left < 0) return;
    left -= chars + (sizeWithin(item, left) ?? Infinity);
    if (left >= 0) fitting += 1;
  });
  if (asked.length > 1 && left < 0) throw tooMuchWritten(what, rows, fitting, asked.length);
}

const tooMuchWritten = (what: string, rows: string, fitting: number, count: number): AppError =>
  invalid(
    `${what} is written for each, and one request may have ${writtenCharsMax / 1_000_000} million characters written: ` +
      `at most ${Math.max(1, fitting)} ${rows} at once (got ${count}). Nothing was changed.`,
  );

/** As it is written; what is beyond all bounds counts as just beyond them. */
export const charsOf = (value: unknown): number => sizeWithin(value, writtenCharsMax) ?? writtenCharsMax + 1;

/** How many rows that all get the same go into one statement. */
export const rowsPerStatement = (chars: number, rowsMax: number): number =>
  Math.max(1, Math.min(rowsMax, Math.floor(charsPerStatement / Math.max(1, chars))));
