import { z } from 'zod';
import { isUuid } from '../ids.js';

/**
 * Shapes that every REST body shares. Requests are read loosely (several spellings of a time), answers are strict. What
 * the OpenAPI document is to say of such a shape stands in its `wire` metadata.
 */

export const uuid = z
  .string()
  .refine(isUuid, 'Input should be a valid UUID')
  .transform((text) => text.toLowerCase())
  .meta({ wire: { type: 'string', format: 'uuid' } });

/** ISO 8601 with `T` or a space, `Z` or an offset, or epoch seconds. Becomes ISO text in UTC with six digits. */
export const dateTime = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const iso = typeof value === 'number' ? fromEpochSeconds(value) : fromText(value);
    if (iso) return iso;
    context.addIssue({ code: 'custom', message: 'Input should be a valid datetime' });
    return z.NEVER;
  })
  .meta({ wire: { type: 'string', format: 'date-time' } });

function fromEpochSeconds(seconds: number): string | null {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const micros = Math.round((seconds - Math.floor(seconds)) * 1e6);
  return `${date.toISOString().slice(0, 19)}.${String(Math.min(micros, 999_999)).padStart(6, '0')}Z`;
}

const isoShape = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

function fromText(text: string): string | null {
  if (/^-?\d+(\.\d+)?$/.test(text)) return fromEpochSeconds(Number(text));
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const match = isoShape.exec(dateOnly);
  if (!match) return null;
  const [, day, minutes, seconds = ':00', fraction = '', zone = 'Z'] = match;
  const offset = /^z$/i.test(zone) ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const whole = new Date(`${day}T${minutes}${seconds}${offset}`);
  if (Number.isNaN(whole.getTime())) return null;
  return `${whole.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

const isoDuration = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Seconds as a number, or an ISO 8601 duration. Becomes seconds. */
export const durationSeconds = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    const match = isoDuration.exec(value);
    if (match && value.length > 2) {
      const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
        number,
        number,
        number,
        number,
      ];
      return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    }
    context.addIssue({ code: 'custom', message: 'Input should be a valid duration' });
    return z.NEVER;
  })
  .meta({ wire: { type: 'number', format: 'time-delta' } });

export const jsonObject = z.record(z.string(), z.unknown());
export const labels = z.record(z.string(), z.union([z.string(), z.boolean(), z.number()]));
export const tags = z.array(z.string()).transform((list) => [...new Set(list)]);

/** At the top level of a body null means absent. */
export const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

export const limitMax = 200;
/** The text of this error is read by Prefect's command line. */
export const limit = absent(
  z
    .number()
    .int()
    .min(0, 'Invalid limit: must be greater than or equal to 0.')
    .max(limitMax, 'Invalid limit: must be less than or equal to 200.'),
);
export const offset = absent(z.number().int().min(0));

/** Names of flows, pools, queues and limits. */
export const name = z
  .string()
  .regex(/^[^/%&><]+$/, 'Names must not contain / % & > <');
