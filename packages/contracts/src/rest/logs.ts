import { z } from 'zod';
import { absent, dateTime, limit, offset, uuid } from './common.js';
import { operator } from './filters.js';

/** Log lines and filters over them. Lines come by the thousand: the logs module reads the plain ones by hand. */

const times = z.strictObject({ before_: dateTime.nullish(), after_: dateTime.nullish() }).nullish();

/** What is stored is a small integer; asked for may be any. */
export const [levelMin, levelMax] = [-32_768, 32_767];
const level = z.number().int();

/** A text search has no more characters, through whatever door. */
export const logQueryLengthMax = 200;

export const logFilter = z.strictObject({
  operator,
  level: z.strictObject({ ge_: level.nullish(), le_: level.nullish() }).nullish(),
  timestamp: times,
  flow_run_id: z.strictObject({ any_: z.array(uuid).nullish() }).nullish(),
  task_run_id: z.strictObject({ any_: z.array(uuid).nullish(), is_null_: z.boolean().nullish() }).nullish(),
  text: z.strictObject({ query: z.string().max(logQueryLengthMax) }).nullish(),
});

export const logsFilter = z.object({
  limit,
  offset,
  logs: absent(logFilter),
  sort: absent(z.enum(['TIMESTAMP_ASC', 'TIMESTAMP_DESC'])),
});

const logCreate = z.strictObject({
  name: z.string(),
  level: level.min(levelMin).max(levelMax),
  message: z.string(),
  timestamp: dateTime,
  flow_run_id: uuid.nullish(),
  task_run_id: uuid.nullish(),
  worker_id: uuid.nullish(),
});
/** What a client gathers until it has four megabytes of it. */
export const logsCreate = z.array(logCreate).max(20_000);

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
