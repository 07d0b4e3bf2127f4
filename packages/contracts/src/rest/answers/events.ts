import { z } from 'zod';
import { count, id, json, orNull, text, time } from './shared.js';

const resource = z.record(z.string(), z.string());

export const eventAnswer = z
  .strictObject({
    id,
    occurred: time,
    received: time,
    event: text,
    resource,
    related: z.array(resource),
    payload: json,
    follows: orNull(id),
  })
  .meta({ id: 'Event' });
export const eventPageAnswer = z.strictObject({ events: z.array(eventAnswer), total: count, next_page: orNull(text) });
export const eventCountsAnswer = z.array(
  z.strictObject({ value: text, label: text, count, start_time: time, end_time: time }),
);
