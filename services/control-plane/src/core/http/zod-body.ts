import { Body, Param, Query, type PipeTransform } from '@nestjs/common';
import { toUuid } from '@headgate/contracts';
import { z } from 'zod';
import { tooLong } from '@headgate/contracts/rest/list-bounds';
import { AppError, invalid, notFound } from '../errors/app-error.js';
import { echoed } from './echo.js';
import { withoutUnknownKeys } from './known-keys.js';
import { canBeReadLaxly, readLaxly } from './lax-values.js';
import { clientIsNewer, tellOfUnknownKeys } from './newer-clients.js';
import { mistakeOfAll, mistakesIn, noWords, tooManyItems, type Issue, type Mistake } from './zod-issues.js';

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

type Parsed = { data: unknown } | { mistakes(max: number): Mistake[] };

/** Parses with a zod schema; a mismatch becomes a 422 in the wire's own shape. */
export class ZodPipe implements PipeTransform {
  constructor(
    readonly schema: z.ZodType,
    private readonly where: 'body' | 'query' = 'body',
  ) {}
  transform(value: unknown): unknown {
    const amiss = this.where === 'body' ? mistakeOfAll(this.schema, value) : null;
    if (amiss) throw new InvalidRequest(amiss, value);
    const long = tooLong(this.schema, value);
    if (long) throw new InvalidRequest([tooManyItems(long, this.where)], value);
    const first = this.read(value);
    if ('data' in first) return first.data;
    const { known, parsed } = clientIsNewer(value)
      ? this.readKnown(value as object, first)
      : { known: value, parsed: first };
    if ('data' in parsed) return parsed.data;
    const isLax = parsed.mistakes(toldMax).some(canBeReadLaxly);
    const lax = isLax ? readLaxly(known, parsed.mistakes(readLaxlyMax)) : null;
    const again = lax === null ? parsed : this.read(lax, value);
    if ('data' in again) return again.data;
    const issues = again.mistakes(toldMax).map(({ issue }) => issue);
    // The wire says this one in its short form, which Prefect's command line looks for.
    const tooMany = issues.find((issue) => issue.msg.startsWith('Invalid limit'));
    if (tooMany) throw invalid(tooMany.msg);
    throw new InvalidRequest(issues, this.where === 'body' ? value : null);
  }

  /** Without the keys that are not known. */
  private readKnown(sent: object, first: Parsed): { known: unknown; parsed: Parsed } {
    let parsed = first;
    const { known, left } = withoutUnknownKeys(sent, (value) => {
      if (value !== sent) parsed = this.read(value, sent);
      return 'mistakes' in parsed ? parsed.mistakes(readLaxlyMax) : [];
    });
    if (left.length > 0) tellOfUnknownKeys(sent, left);
    return { known, parsed };
  }

  /** `sent` is what issues quote. */
  private read(value: unknown, sent = value): Parsed {
    // Only with its input can a value that is missing be told from one of the wrong type.
    const parsed = this.schema.safeParse(value ?? {}, { reportInput: true, error: noWords });
    return parsed.success
      ? { data: parsed.data }
      : {
          mistakes: (max) => mistakesIn(parsed.error, this.schema, { where: this.where, read: value, sent }, max),
        };
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
