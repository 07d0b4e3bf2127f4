import { z } from 'zod';
import { entity, id, integer, orNull, text, time } from './shared.js';

export const logAnswer = z
  .strictObject({
    ...entity,
    name: text,
    level: integer,
    message: text,
    timestamp: time,
    flow_run_id: orNull(id),
    task_run_id: orNull(id),
  })
  .meta({ id: 'Log' });
export const logsAnswer = z.array(logAnswer);
