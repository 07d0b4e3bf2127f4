import { isUuid } from '@headgate/contracts';
import { notFound } from '../errors/app-error.js';

/** The id of a thing as it is stored. What is not a UUID names nothing: throws `notFound` of what is meant (`Flow run`). */
export function checkedId(id: string, what: string): string {
  if (!isUuid(id)) throw notFound(`${what} not found`);
  return id.toLowerCase();
}
