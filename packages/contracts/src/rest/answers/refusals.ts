import { z } from 'zod';
import { integer, json, text } from './shared.js';

/** What is said to who asks for what is not possible. */

const mistake = z
  .strictObject({
    type: text,
    loc: z.array(z.union([text, integer])),
    msg: text,
    input: z.unknown(),
    ctx: json.optional(),
  })
  .meta({ id: 'ValidationError' });

/** All that is wrong with a body or a query, or in one sentence why what was understood cannot be. */
export const invalidAnswer = z
  .strictObject({
    detail: z.union([text, z.array(mistake)]).optional(),
    exception_message: text.optional(),
    exception_detail: z.array(mistake).optional(),
    request_body: z.unknown().optional(),
  })
  .meta({ id: 'HTTPValidationError' });
