/** Whatever stands in an address may have been written by anybody: what is no such value is read as none. */

const textMax = 200;
const valuesMax = 50;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isId = (text: string): boolean => uuid.test(text);
export const readId = (text: string | null): string | null => (text && isId(text) ? text.toLowerCase() : null);

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/g;

/** A text to look for: on one line, and no longer than anybody types. */
export const readText = (text: string | null): string => (text ?? '').replace(control, ' ').slice(0, textMax).trim();

/** Several values, separated by commas, each of them once. A backslash takes a comma, or another one, for itself. */
export const readList = (text: string | null): string[] => {
  const parts = text?.match(/(?:\\[\\,]|[^,])+/g) ?? [];
  const values = parts.map((part) => readText(part.replace(/\\([\\,])/g, '$1')));
  return [...new Set(values.filter(Boolean))].slice(0, valuesMax);
};

/** As `readList` reads them back. */
export const writeList = (values: readonly string[]): string =>
  values.map((value) => value.replace(/[\\,]/g, String.raw`\$&`)).join(',');

/** A moment in ISO 8601, in a year of four digits: the server reads no other. */
export function readInstant(text: string | null): string | null {
  if (!text || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const ms = Date.parse(text);
  const iso = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  return /^(?!0000)\d{4}-/.test(iso) ? iso : null;
}

/** What is kept of such names besides their own: `constructor` is none of them. */
export const isKeyOf = <T extends object>(known: T, name: string): name is Extract<keyof T, string> =>
  Object.hasOwn(known, name);
