import { ExactNumber, isJsonObject } from '../../../core/json/exact-json.js';

/**
 * JSON as Python's `json.dumps(value, sort_keys=True)` writes it: keys by code point, `", "` and `": "`, ASCII only,
 * Python's way with floats. Clients hash this text, so it has to agree to the byte.
 */
export function pythonJson(value: unknown): string {
  if (value instanceof ExactNumber) return pythonNumber(value.source);
  if (typeof value === 'number') return pythonNumber(String(value));
  if (typeof value === 'string') return asciiString(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map((key) => `${asciiString(key)}: ${pythonJson(value[key])}`).join(', ')}}`;
}

const asciiString = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Integers of any length stay; everything else is a double, written with the fewest digits that name it. */
function pythonNumber(source: string): string {
  if (/^-?\d+$/.test(source)) return source === '-0' ? '0' : source;
  const value = Number(source);
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return source.startsWith('-') ? '-0.0' : '0.0';
  const [digits, power] = value.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16)
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const plain =
    exponent < 0 ? value.toFixed(Math.max(0, digits.replace(/\D/g, '').length - 1 - exponent)) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** UTF-16 order, which JavaScript has, differs from it beyond the basic plane. */
function byCodePoint(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
