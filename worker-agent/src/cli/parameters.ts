import { CliError } from './errors.js';

/**
 * Parameters as they are typed: `key=value`, where a value that reads as JSON is JSON (numbers, true, lists) and
 * anything else is text; over them an object as JSON. Throws CliError with exit code 2.
 */
export function parametersFrom(
  pairs: string[],
  json: string | undefined,
  option: OptionNames = { pair: '-p', json: '--param-json' },
): Record<string, unknown> {
  const fromPairs = Object.fromEntries(pairs.map((pair) => parsePair(pair, option)));
  return { ...(json === undefined ? {} : parseObject(json, option)), ...fromPairs };
}

/** What the person has typed them behind. */
type OptionNames = { pair: string; json: string };

function parsePair(pair: string, option: OptionNames): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1)
    throw new CliError(`"${pair}" has no name and value: write it as key=value.`, `${option.pair} 'name=value'`, 2);
  return [pair.slice(0, at), parseValue(pair.slice(at + 1))];
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function parseObject(text: string, option: OptionNames): Record<string, unknown> {
  const value = parseValue(text);
  if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CliError(`${option.json} takes a JSON object.`, `${option.json} '{"days": 7}'`, 2);
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Clocks differ, and typing takes a while. */
const pastMs = 60_000;

/** `2026-11-21T06:00`, or from now on: `10m`, `2h`. Answers ISO 8601. Throws CliError with exit code 2, also for what is past. */
export function timeFrom(text: string, now = Date.now()): string {
  const later = /^\+?(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim().replace(/^in\s+/, ''));
  const millis = later ? now + Number(later[1]) * unitSeconds[later[2]!]! * 1000 : Date.parse(text);
  if (millis < now - pastMs)
    throw new CliError(`"${text}" is past.`, 'without --at the run starts now; --at 10m starts it later', 2);
  if (Number.isFinite(millis)) return new Date(millis).toISOString();
  throw new CliError(`"${text}" is not a time.`, '--at 2026-11-21T06:00 or --at 10m', 2);
}
