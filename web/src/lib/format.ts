export { duration, relativeTime } from '@headgate/contracts/spans';

const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** The full date and time in the reader's zone, with the name of the zone. */
export const absoluteTime = (iso: string): string => absolute.format(new Date(iso));

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** `30 Nov 2026`, in the reader's zone. */
export const dayOf = (iso: string): string => day.format(new Date(iso));

/** `09:41:07.250` in the reader's zone. */
export function clockTime(iso: string, withMillis = true): string {
  const date = new Date(iso);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return parts.join(':') + (withMillis ? `.${String(date.getMilliseconds()).padStart(3, '0')}` : '');
}

/** `1 run`, `1,204 runs`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
