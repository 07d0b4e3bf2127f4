import { Body, Param, Query, type PipeTransform } from '@nestjs/common';
import { isUuid } from '@headgate/contracts';
import { z } from 'zod';
import { AppError, invalid, notFound } from '../errors/app-error.js';

/** A body that does not parse: the wire's own envelope, written by the exception filter. */
export class InvalidRequest extends AppError {
  constructor(
    readonly issues: { type: string; loc: (string | number)[]; msg: string; input?: unknown }[],
    readonly requestBody: unknown,
  ) {
    super('invalid', 'Invalid request received.');
  }
}

const issueType: Record<string, string> = {
  unrecognized_keys: 'extra_forbidden',
  invalid_type: 'type_error',
  too_big: 'too_big',
  too_small: 'too_small',
  invalid_value: 'enum',
  invalid_format: 'value_error',
  custom: 'value_error',
};

/** Bounds of numbers have names and a wording of their own on the wire. */
function boundOf(issue: z.core.$ZodIssue): { type: string; msg: string } | null {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return null;
  if (issue.origin !== 'number' && issue.origin !== 'int') return null;
  const [word, bound] =
    issue.code === 'too_small' ? (['greater', issue.minimum] as const) : (['less', issue.maximum] as const);
  return issue.inclusive
    ? { type: `${word}_than_equal`, msg: `Input should be ${word} than or equal to ${bound}` }
    : { type: `${word}_than`, msg: `Input should be ${word} than ${bound}` };
}

function toWire(error: z.ZodError, where: 'body' | 'query') {
  return error.issues.flatMap((issue) => {
    const loc = [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        type: 'extra_forbidden',
        loc: [...loc, key],
        msg: 'Extra inputs are not permitted',
        input: (issue.input as Record<string, unknown> | undefined)?.[key] ?? null,
      }));
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    const said = missing
      ? { type: 'missing', msg: 'Field required' }
      : (boundOf(issue) ?? { type: issueType[issue.code] ?? 'value_error', msg: issue.message });
    return [{ ...said, loc, input: issue.input ?? null }];
  });
}

/** Parses with a zod schema; a mismatch becomes a 422 in the wire's own shape. */
export class ZodPipe implements PipeTransform {
  constructor(
    readonly schema: z.ZodType,
    private readonly where: 'body' | 'query' = 'body',
  ) {}
  transform(value: unknown): unknown {
    // Only with its input can a value that is missing be told from one of the wrong type.
    const parsed = this.schema.safeParse(value ?? {}, { reportInput: true });
    if (parsed.success) return parsed.data;
    // The wire says this one in its short form, which Prefect's command line looks for.
    const tooMany = parsed.error.issues.find((issue) => issue.message.startsWith('Invalid limit'));
    if (tooMany) throw invalid(tooMany.message);
    throw new InvalidRequest(toWire(parsed.error, this.where), this.where === 'body' ? value : null);
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

class UuidPipe implements PipeTransform {
  transform(value: unknown): string {
    if (!isUuid(value)) throw notFound('Not Found');
    return value.toLowerCase();
  }
}

/** A path id; what is not a UUID names nothing: 404. */
export const IdParam = (name = 'id') => Param(name, UuidPipe);
