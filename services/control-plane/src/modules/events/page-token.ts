import { eventFilter, eventPageSizeMax } from '@headgate/contracts/rest/events';
import { z } from 'zod';
import { dateTime, uuid } from '@headgate/contracts/rest/common';
import { forbidden } from '../../core/errors/app-error.js';

const token = z.object({
  filter: eventFilter,
  since: dateTime,
  until: dateTime,
  limit: z.number().int().min(0).max(eventPageSizeMax),
  total: z.number().int().min(0),
  shown: z.number().int().min(0),
  after: z.object({ occurred: dateTime, id: uuid }).nullable(),
});

/**
 * All that the next page has to know. It needs no seal: it is only good in the workspace of whoever brings it, and says
 * nothing that they could not ask for themselves.
 */
export type PageToken = z.infer<typeof token>;

export const encodeToken = (page: PageToken): string => Buffer.from(JSON.stringify(page)).toString('base64url');

export function decodeToken(text: string): PageToken {
  try {
    return token.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw forbidden('Forbidden');
  }
}
