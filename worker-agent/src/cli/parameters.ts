import { CliError } from './errors.js';

/**
 * Parameters as they are typed: `key=value`, where a value that reads as JSON is JSON (numbers, true, lists) and
 * anything else is text; over them an object as JSON. Throws CliError with exit code 2.
 */
export function parametersFrom(pairs: string[], json: string | undefined): Record<string, unknown> {
  const fromPairs = Object.fromEntries(pairs.map(parsePair));
  return { ...(json === undefined ? {} : parseObject(json)), ...fromPairs };
}

function parsePair(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1) throw new CliError(`"${pair}" is not a parameter: write it as key=value.`, `-p 'name=value'`, 2);
  return [pair.slice(0, at), parseValue(pair.slice(at + 1))];
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function parseObject(text: string): Record<string, unknown> {
  const value = parseValue(text);
  if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CliError('--param-json takes a JSON object.', `--param-json '{"days": 7}'`, 2);
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `2026-11-21T06:00`, or from now on: `10m`, `2h`. Answers ISO 8601. Throws CliError with exit code 2. */
export function timeFrom(text: string, now = Date.now()): string {
  const later = /^\+?(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim().replace(/^in\s+/, ''));
  const millis = later ? now + Number(later[1]) * unitSeconds[later[2]!]! * 1000 : Date.parse(text);
  if (Number.isFinite(millis)) return new Date(millis).toISOString();
  throw new CliError(`"${text}" is not a time.`, '--at 2026-11-21T06:00 or --at 10m', 2);
}
