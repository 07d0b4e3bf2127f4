import { SetMetadata } from '@nestjs/common';
import { z } from 'zod';

export const ANSWERS = 'headgate:answers';

/** What a door answers when all is well. The bodies of refusals are the exception filter's. */
export type Answer = { schema: z.ZodType; statuses: number[] } | { mediaType: string; statuses: number[] };

/**
 * Says what a door answers, for the OpenAPI document; tests hold every answer to it. `statuses` are named when they are
 * not the one of the door: 201 for what is new, 200 for what was there. A door that answers 204 says nothing.
 */
export const Answers = (schema: z.ZodType, ...statuses: number[]) =>
  SetMetadata(ANSWERS, { schema, statuses } satisfies Answer);

/** For answers that are not JSON. */
export const AnswersFile = (mediaType: string, ...statuses: number[]) =>
  SetMetadata(ANSWERS, { mediaType, statuses } satisfies Answer);
