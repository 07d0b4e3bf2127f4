import { z } from 'zod';
import { toUuid } from '../ids.js';
import { secondsMax, secondsOf, wrongDuration } from './durations.js';
import { toWireTime } from './times.js';
import { wrongUuid } from './uuids.js';

/**
 * Shapes that every REST body shares. Requests are read loosely (several spellings of a time), answers are strict. What
 * the OpenAPI document is to say of such a shape stands in its `wire` metadata.
 */

const unlessMissing = (message: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? undefined : message;

export const uuid = z
  .string({ error: unlessMissing('UUID input should be a string, bytes or UUID object') })
  .transform((text, context) => {
    const id = toUuid(text);
    if (id) return id;
    const error = wrongUuid(text);
    const params = { type: 'uuid_parsing', ctx: { error } };
    context.addIssue({ code: 'custom', message: `Input should be a valid UUID, ${error}`, params });
    return z.NEVER;
  })
  .meta({ wire: { type: 'string', format: 'uuid' } });

const notATime = 'value is not a valid datetime';
/** A time in any spelling that clients use; becomes ISO text in UTC with six digits. */
export const dateTime = z
  .union([z.string(), z.number()], { error: unlessMissing(notATime) })
  .transform((value, context) => {
    const iso = toWireTime(value);
    if (iso) return iso;
    const message = typeof value === 'string' ? `Value error, Unable to parse string [${value}]` : notATime;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ wire: { type: 'string', format: 'date-time' } });

const tooLong = 'durations may not exceed 999,999,999 days';
/** Seconds that a wait or a use of something takes: what Python can hold of them, so that clocks can be reckoned with them. */
export const boundedSeconds = <T extends z.ZodType<number>>(seconds: T) =>
  seconds.refine((given) => Math.abs(given) <= secondsMax, `Input should be a valid timedelta, ${tooLong}`);

/** Seconds as a number, or a duration as text; becomes seconds. */
export const durationSeconds = z
  .union([z.number(), z.string()], { error: unlessMissing('Input should be a valid timedelta') })
  .transform((value, context) => {
    const seconds = typeof value === 'number' ? value : secondsOf(value);
    if (seconds !== null && Math.abs(seconds) <= secondsMax) return seconds;
    const error = seconds === null ? wrongDuration(String(value)) : tooLong;
    const params = { type: 'time_delta_parsing', ctx: { error } };
    context.addIssue({ code: 'custom', message: `Input should be a valid timedelta, ${error}`, params });
    return z.NEVER;
  })
  .meta({ wire: { type: 'number', format: 'time-delta' } });

export const jsonObject = z.record(z.string(), z.unknown());

const parameterBytesMax = 512 * 1024;
/** What is wrong with parameters that are larger than any run may have, wherever they are written; null when they are not. */
export const tooLargeParameters = (given: unknown): string | null => tooLarge('parameters', given);

function tooLarge(what: string, given: unknown): string | null {
  const text = JSON.stringify(given ?? null);
  // A character of a text takes three bytes at most: most parameters need no counting.
  if (text.length * 3 <= parameterBytesMax) return null;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= parameterBytesMax) return null;
  const [most, got] = [parameterBytesMax, bytes].map((count) => count.toLocaleString('en-US'));
  return `Flow run ${what} must be less than ${most} bytes when serialized (got ${got} bytes).`;
}
/** Parameters of runs, deployments and schedules. */
export const parameters = jsonObject.superRefine((given, context) => {
  const wrong = tooLargeParameters(given);
  if (wrong) context.addIssue({ code: 'custom', message: `Value error, ${wrong}` });
});
/** What a run is created with besides. */
export const runContext = jsonObject.superRefine((given, issues) => {
  const wrong = tooLarge('context', given);
  if (wrong) issues.addIssue({ code: 'custom', message: `Value error, ${wrong}` });
});

export const labelLimits = { count: 500, characters: 65_536 };
/** What is wrong with labels of which there are too many, or too much; every run of a flow or deployment carries them. */
export function tooManyLabels(given: object): string | null {
  const { count, characters } = labelLimits;
  if (Object.keys(given).length > count) return `An object has at most ${count} labels.`;
  return JSON.stringify(given).length > characters ? `Labels have at most ${characters} characters in all.` : null;
}
export const labels = z
  .record(z.string(), z.union([z.boolean(), z.number().int(), z.number(), z.string()]))
  .superRefine((given, issues) => {
    const wrong = tooManyLabels(given);
    if (wrong) issues.addIssue({ code: 'custom', message: `Value error, ${wrong}` });
  });
/** As sent: in their order, and twice when given twice. */
export const tags = z.array(z.string().max(1_000)).max(500);

/** A part of a name: every row that could have it is looked at. */
export const part = z.string().max(1_000);

/**
 * With so much of a text patterns are compared. Postgres takes for it as long as both are long, multiplied, and cannot be
 * interrupted meanwhile.
 */
export const matchedMax = 4_096;
/** Found by their parts as they are in an index, which is why none is longer than what is compared. */
export const flowRunName = z.string().max(matchedMax);

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

/** Clients put names into paths, and take these two for steps of the path: to delete the pool `..` is to delete its workspace. */
export const inPaths = (text: z.ZodString): z.ZodString =>
  text.refine((given) => given !== '.' && given !== '..', 'Value error, "." and ".." cannot be names');

/** Names of flows, pools, queues and limits. */
export const name = inPaths(z.string().regex(/^[^/%&><]+$/));
