import pg from 'pg';
import { tooMuch } from '../errors/too-much.js';

/** What one statement may answer: it is held whole, more than once, on its way to who asked. */
export const answerBytesMax = 32 * 1024 * 1024;

type DataRow = { length: number; fields: unknown[] };
type Inside = { _canceledDueToError: unknown; handleDataRow(row: DataRow): void };
type Callback = (error: Error | null, result: pg.QueryResult) => void;

/** A statement whose answer has an end: rows beyond it are not kept, and it fails with words. */
export class BoundedQuery extends (pg.Query as unknown as new (
  config: string | pg.QueryConfig,
  values?: unknown[],
  callback?: Callback,
) => pg.Submittable & Inside) {
  private bytes = 0;

  override handleDataRow(row: DataRow): void {
    this.bytes += row.length;
    if (this.bytes <= answerBytesMax) super.handleDataRow(row);
    else this._canceledDueToError ||= tooMuch(answerBytesMax);
  }
}
