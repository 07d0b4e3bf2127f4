import { tooLong } from '@headgate/contracts/rest/list-bounds';
import type { z } from 'zod';
import { nextTurn } from '../fair/in-slices.js';
import { noWords } from './zod-issues.js';
import { ZodPipe } from './zod-body.js';

/**
 * Reads the bodies that are long lists, with a schema, so many items at a time: between two slices others have the event
 * loop. Whatever is amiss with one of them, the whole is read again in one go, by the pipe that knows what to say.
 */
export class ZodList<Schema extends z.ZodArray> {
  private readonly whole: ZodPipe;

  constructor(
    private readonly schema: Schema,
    private readonly atOnce: number,
  ) {
    this.whole = new ZodPipe(schema);
  }

  /** Throws `InvalidRequest`. */
  async read(body: unknown): Promise<z.infer<Schema>> {
    return (await this.readSlices(body)) ?? (this.whole.transform(body) as z.infer<Schema>);
  }

  /** Null when something is amiss. */
  private async readSlices(body: unknown): Promise<z.infer<Schema> | null> {
    if (!Array.isArray(body) || tooLong(this.schema, body)) return null;
    const read: unknown[] = [];
    for (let at = 0; at < body.length; at += this.atOnce) {
      if (at > 0) await nextTurn();
      const slice = this.schema.safeParse(body.slice(at, at + this.atOnce), { error: noWords });
      if (!slice.success) return null;
      // Not spread: an argument each would be too many.
      for (const item of slice.data) read.push(item);
    }
    return read as z.infer<Schema>;
  }
}
