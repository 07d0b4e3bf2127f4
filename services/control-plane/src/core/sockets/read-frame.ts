import type { z } from 'zod';
import { clientVersionOf, isNewer } from '../http/client-version.js';
import { withoutUnknownKeys } from '../http/known-keys.js';
import { namedPlaces, OnceInAWhile } from '../http/newer-clients.js';
import { mistakesIn, noWords, type Parsed } from '../http/zod-issues.js';
import type { Logger } from '../log/logger.js';
import type { Peer } from './peer.js';

const lines = new OnceInAWhile(600_000);

/**
 * A frame as its schema reads it. Keys that are unknown there are left out of what a client newer than we know has sent, as
 * over HTTP; a socket has no place for a warning but our log.
 */
export function readFrame<S extends z.ZodType>(
  schema: S,
  frame: unknown,
  { request }: Peer,
  log: Logger,
): z.ZodSafeParseResult<z.output<S>> {
  const parsed = schema.safeParse(frame);
  const client = parsed.success ? null : clientVersionOf(request.headers['user-agent']);
  if (!client || !isNewer(client)) return parsed;
  const { known, left } = withoutUnknown(schema, frame);
  if (left.length === 0) return parsed;
  const ignored = namedPlaces(left);
  if (lines.isFirst(`${client.text} ${ignored.join()}`))
    log.warn({ client: client.text, ignored }, 'a newer client sent keys that are not known over a socket');
  return schema.safeParse(known);
}

function withoutUnknown(schema: z.ZodType, frame: unknown): { known: unknown; left: string[] } {
  const read = (value: unknown): Parsed => {
    const { success, data, error } = schema.safeParse(value, { reportInput: true, error: noWords });
    if (success) return { data };
    return { mistakes: (max) => mistakesIn(error.issues, schema, { where: 'body', read: value, sent: frame }, max) };
  };
  const looking = withoutUnknownKeys(frame, read(frame));
  let step = looking.next();
  while (!step.done) step = looking.next(read(step.value));
  return step.value;
}
