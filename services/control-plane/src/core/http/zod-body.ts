import { Body, Param, Query, type PipeTransform } from '@nestjs/common';
import { toUuid } from '@headgate/contracts';
import { z } from 'zod';
import { tooLong } from '@headgate/contracts/rest/list-bounds';
import { AppError, invalid, notFound } from '../errors/app-error.js';
import { echoed } from './echo.js';
import { withoutUnknownKeys } from './known-keys.js';
import { canBeReadLaxly, readLaxly } from './lax-values.js';
import { clientIsNewer, tellOfUnknownKeys } from './newer-clients.js';
import {
  mistakeOfAll,
  mistakesIn,
  noWords,
  tooManyItems,
  type Issue,
  type Parsed,
  type ZodIssue,
} from './zod-issues.js';

/** A body that does not parse: the wire's own envelope, written by the exception filter. */
export class InvalidRequest extends AppError {
  readonly issues: Issue[];
  readonly requestBody: unknown;

  constructor(issues: Issue[], requestBody: unknown) {
    super('invalid', 'Invalid request received.');
    const { issues: told, request } = echoed(issues.slice(0, toldMax), requestBody);
    this.issues = told;
    this.requestBody = request;
  }
}

/** So many mistakes are told of; values in a lax spelling are read though they be many more. */
const toldMax = 50;
const readLaxlyMax = 1_000;

/** Parses with a zod schema; a mismatch becomes a 422 in the wire's own shape. */
export class ZodPipe implements PipeTransform {
  constructor(
    readonly schema: z.ZodType,
    private readonly where: 'body' | 'query' = 'body',
  ) {}
  transform(value: unknown): unknown {
    const reading = this.reading(value);
    let step = reading.next();
    while (!step.done) step = reading.next(this.read(step.value, value));
    return step.value;
  }

  /** What the request says. Yields what is to be read, and is told how it reads. Throws `InvalidRequest`. */
  *reading(sent: unknown): Generator<unknown, unknown, Parsed> {
    this.refuseUnread(sent);
    const first = yield sent;
    if ('data' in first) return first.data;
    const { known, parsed } = clientIsNewer(sent)
      ? yield* this.readingKnown(sent as object, first)
      : { known: sent, parsed: first };
    if ('data' in parsed) return parsed.data;
    const isLax = parsed.mistakes(toldMax).some(canBeReadLaxly);
    const lax = isLax ? readLaxly(known, parsed.mistakes(readLaxlyMax)) : null;
    const again = lax === null ? parsed : yield lax;
    if ('data' in again) return again.data;
    const issues = again.mistakes(toldMax).map(({ issue }) => issue);
    // The wire says this one in its short form, which Prefect's command line looks for.
    const tooMany = issues.find((issue) => issue.msg.startsWith('Invalid limit'));
    if (tooMany) throw invalid(tooMany.msg);
    throw new InvalidRequest(issues, this.where === 'body' ? sent : null);
  }

  /** `sent` is what issues quote. */
  read(value: unknown, sent: unknown): Parsed {
    // Only with its input can a value that is missing be told from one of the wrong type.
    const { success, data, error } = this.schema.safeParse(value ?? {}, { reportInput: true, error: noWords });
    return success ? { data } : this.wrong(error.issues, value, sent);
  }

  /** Of a value that was read by itself, or part by part. */
  wrong(issues: ZodIssue[], value: unknown, sent: unknown): Parsed {
    return { mistakes: (max) => mistakesIn(issues, this.schema, { where: this.where, read: value, sent }, max) };
  }

  /** Wrong before anything of it is read. */
  private refuseUnread(sent: unknown): void {
    const amiss = this.where === 'body' ? mistakeOfAll(this.schema, sent) : null;
    if (amiss) throw new InvalidRequest(amiss, sent);
    const long = tooLong(this.schema, sent);
    if (long) throw new InvalidRequest([tooManyItems(long, this.where)], sent);
  }

  private *readingKnown(sent: object, first: Parsed) {
    const found = yield* withoutUnknownKeys(sent, first);
    if (found.left.length > 0) tellOfUnknownKeys(sent, found.left);
    return found;
  }
}

/** Takes the body as it is; the schema is what the OpenAPI document says of it. */
class DescribingPipe extends ZodPipe {
  override transform(value: unknown): unknown {
    return value;
  }
}

/** The pipes in use, by handler, so that the OpenAPI document can be generated from the same schemas. */
export const ZodBody = (schema: z.ZodType) => Body(new ZodPipe(schema));
/** For bodies that come by the thousand and are read by hand. */
export const DescribedBody = (schema: z.ZodType) => Body(new DescribingPipe(schema));
export const ZodQuery = (schema: z.ZodType) => Query(new ZodPipe(schema, 'query'));

export class UuidPipe implements PipeTransform {
  transform(value: unknown): string {
    const id = toUuid(value);
    if (!id) throw notFound('Not Found');
    return id;
  }
}

/** A path id; what is not a UUID names nothing: 404. */
export const IdParam = (name = 'id') => Param(name, UuidPipe);
