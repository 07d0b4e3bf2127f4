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

function toWire(error: z.ZodError, where: 'body' | 'query') {
  return error.issues.flatMap((issue) => {
    const loc = [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        type: 'extra_forbidden',
        loc: [...loc, key],
        msg: 'Extra inputs are not permitted',
      }));
    return [
      {
        type: missing ? 'missing' : (issueType[issue.code] ?? 'value_error'),
        loc,
        msg: missing ? 'Field required' : issue.message,
      },
    ];
  });
}

/** Parses with a zod schema; a mismatch becomes a 422 in the wire's own shape. */
export class ZodPipe implements PipeTransform {
  constructor(
    readonly schema: z.ZodType,
    private readonly where: 'body' | 'query' = 'body',
  ) {}
  transform(value: unknown): unknown {
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    // The wire says this one in its short form, which Prefect's command line looks for.
    const tooMany = parsed.error.issues.find((issue) => issue.message.startsWith('Invalid limit'));
    if (tooMany) throw invalid(tooMany.message);
    throw new InvalidRequest(toWire(parsed.error, this.where), this.where === 'body' ? value : null);
  }
}

/** The pipes in use, by handler, so that the OpenAPI document can be generated from the same schemas. */
export const ZodBody = (schema: z.ZodType) => Body(new ZodPipe(schema));
export const ZodQuery = (schema: z.ZodType) => Query(new ZodPipe(schema, 'query'));

class UuidPipe implements PipeTransform {
  transform(value: unknown): string {
    if (!isUuid(value)) throw notFound('Not Found');
    return value.toLowerCase();
  }
}

/** A path id; what is not a UUID names nothing: 404. */
export const IdParam = (name = 'id') => Param(name, UuidPipe);
