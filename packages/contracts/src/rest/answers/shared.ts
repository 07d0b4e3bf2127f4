import { z } from 'zod';
import { isUuid } from '../../ids.js';

/**
 * Shapes that answers share. Answers are strict where requests are loose: every key is there, none besides, times have
 * six digits and end in `Z`.
 */

export const id = z
  .string()
  .refine(isUuid, 'not a UUID')
  .meta({ wire: { type: 'string', format: 'uuid' } });
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'not a time of the wire')
  .meta({ wire: { type: 'string', format: 'date-time' } });
export const seconds = z.number();
export const count = z.number().int().min(0);
export const integer = z.number().int();
export const text = z.string();
export const texts = z.array(z.string());
export const flag = z.boolean();
/** Any JSON object. */
export const json = z.record(z.string(), z.unknown());
export const labels = z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]));
export const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

export const entity = { id, created: time, updated: time };
/** Answers of doors that have nothing to say. */
export const nothing = z.null();
/** Answers of doors behind which there is nothing yet. */
export const none = z.array(z.never());

export const pageOf = <T extends z.ZodType>(row: T) =>
  z.strictObject({ results: z.array(row), count, limit: count, pages: count, page: count });

/** Who made something. */
export const creator = z
  .strictObject({ id: orNull(id), type: orNull(text), display_value: orNull(text) })
  .meta({ id: 'Creator' });
