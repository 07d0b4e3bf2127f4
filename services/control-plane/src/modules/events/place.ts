import { keptAt } from '../../core/days/kept-at.js';
import type { WireEvent } from '../../core/events/events.js';

/** A place in the order of events: where one is kept, and its id. */
export type Place = { occurred: string; id: string };

/** That of an event which was read. */
export const placeOfEvent = ({ occurred, received, id }: Omit<WireEvent, 'payload'>): Place => ({
  occurred: keptAt(occurred, Date.parse(received)).at,
  id,
});
