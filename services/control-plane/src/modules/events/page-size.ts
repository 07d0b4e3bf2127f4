import { TooMuch } from '../../core/errors/too-much.js';
import type { WireEvent } from '../../core/events/events.js';
import { sizeWithin } from '../../core/json/json-size.js';

/** About what one page weighs; the largest event is some megabytes, and a statement answers with 32 at most. */
const pageBytes = 4 * 1024 * 1024;
const rowsMax = 250;

/** About what a page takes. */
export const bytesOf = (page: WireEvent[]): number =>
  page.reduce((sum, event) => sum + (sizeWithin(event, pageBytes) ?? pageBytes), 0);

/** How many events are read at a time: as many as those before them let expect to be handy. */
export class PageSize {
  rows = 25;

  /** After a page that came. */
  follows(page: WireEvent[]): void {
    this.rows = Math.max(1, Math.min(rowsMax, Math.floor((pageBytes * page.length) / Math.max(bytesOf(page), 1))));
  }

  /** After one that did not; throws the reason where no smaller page would come either. */
  shrink(reason: unknown): void {
    if (!(reason instanceof TooMuch) || this.rows === 1) throw reason;
    this.rows = Math.ceil(this.rows / 10);
  }
}
