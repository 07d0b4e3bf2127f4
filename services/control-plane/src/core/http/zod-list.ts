import { z } from 'zod';
import { nextTurn } from '../fair/in-slices.js';
import { isJsonObject } from '../json/exact-json.js';
import { noWords, type Parsed, type ZodIssue } from './zod-issues.js';
import { ZodPipe } from './zod-body.js';

/** Only with its input can a value that is missing be told from one of the wrong type. */
const how = { reportInput: true, error: noWords };

/**
 * Reads bodies that are long lists, or have one under a key, so many items at a time: between two slices others have the
 * event loop. What is said of mistakes is what a `ZodPipe` would say, and nothing is read twice for it. What a schema asks
 * of a list as a whole, but for its length, is not looked at.
 */
export class ZodList<Schema extends z.ZodType> {
  private readonly pipe: ZodPipe;
  private readonly items: z.ZodType;

  constructor(
    schema: Schema,
    private readonly atOnce: number,
    private readonly key?: string & keyof z.infer<Schema>,
  ) {
    this.pipe = new ZodPipe(schema);
    this.items = key === undefined ? schema : (schema as unknown as z.ZodObject).shape[key]!;
  }

  /** Throws `InvalidRequest`. */
  async read(body: unknown): Promise<z.infer<Schema>> {
    const reading = this.pipe.reading(body);
    let step = reading.next();
    while (!step.done) step = reading.next(await this.readInSlices(step.value, body));
    return step.value as z.infer<Schema>;
  }

  private async readInSlices(value: unknown, sent: unknown): Promise<Parsed> {
    const list = this.listOf(value);
    if (!Array.isArray(list) || list.length <= this.atOnce) return this.pipe.read(value, sent);
    const read: unknown[] = [];
    const issues: ZodIssue[] = [];
    const { around, issues: amiss } = this.readAround(value);
    for (let at = 0; at < list.length; at += this.atOnce) {
      if (at > 0) await nextTurn();
      const { data, error } = this.items.safeParse(list.slice(at, at + this.atOnce), how);
      if (error) for (const issue of error.issues) issues.push(this.placed(issue, at));
      // Not spread: an argument each would be too many.
      else for (const item of data as unknown[]) read.push(item);
    }
    for (const issue of amiss) issues.push(issue);
    if (issues.length > 0) return this.pipe.wrong(issues, value, sent);
    return { data: this.key === undefined ? read : { ...around, [this.key]: read } };
  }

  /** What stands around the list, read with the first of its items. */
  private readAround(value: unknown): { around?: object; issues: ZodIssue[] } {
    const { key } = this;
    if (key === undefined) return { issues: [] };
    const list = this.listOf(value) as unknown[];
    const { data, error } = this.pipe.schema.safeParse({ ...(value as object), [key]: list.slice(0, 1) }, how);
    return error
      ? { issues: error.issues.filter(({ path }) => path[0] !== key) }
      : { around: data as object, issues: [] };
  }

  private listOf(value: unknown): unknown {
    if (this.key === undefined) return value;
    return isJsonObject(value) ? value[this.key] : undefined;
  }

  /** An issue of a slice, where it stands in the whole. */
  private placed(issue: ZodIssue, at: number): ZodIssue {
    const [index, ...path] = issue.path;
    return { ...issue, path: [...(this.key === undefined ? [] : [this.key]), Number(index) + at, ...path] };
  }
}
