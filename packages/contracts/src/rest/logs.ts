import { z } from 'zod';
import { absent, dateTime, limit, offset, uuid } from './common.js';
import { operator } from './filters.js';

/** Log lines and filters over them. Lines come by the thousand: the logs module reads the plain ones by hand. */

const times = z.strictObject({ before_: dateTime.nullish(), after_: dateTime.nullish() }).nullish();

export const logFilter = z.strictObject({
  operator,
  level: z.strictObject({ ge_: z.number().int().nullish(), le_: z.number().int().nullish() }).nullish(),
  timestamp: times,
  flow_run_id: z.strictObject({ any_: z.array(uuid).nullish() }).nullish(),
  task_run_id: z.strictObject({ any_: z.array(uuid).nullish(), is_null_: z.boolean().nullish() }).nullish(),
  text: z.strictObject({ query: z.string().max(200) }).nullish(),
});

export const logsFilter = z.object({
  logs: absent(logFilter),
  sort: absent(z.enum(['TIMESTAMP_ASC', 'TIMESTAMP_DESC'])),
  limit,
  offset,
});

/** What is stored is a small integer. */
export const levelMax = 32_767;
const logCreate = z.strictObject({
  name: z.string(),
  level: z
    .number()
    .int()
    .refine((level) => level >= 0 && level <= levelMax, `Value error, Levels are between 0 and ${levelMax}.`),
  message: z.string(),
  timestamp: dateTime,
  flow_run_id: uuid.nullish(),
  task_run_id: uuid.nullish(),
  worker_id: uuid.nullish(),
});
export const logsCreate = z.array(logCreate);

export type LogCreate = z.infer<typeof logCreate>;
export type LogFilter = z.infer<typeof logFilter>;

/** A log line as it crosses the wire. */
export type LogJson = {
  id: string;
  created: string;
  updated: string;
  name: string;
  level: number;
  message: string;
  timestamp: string;
  flow_run_id: string | null;
  task_run_id: string | null;
};
