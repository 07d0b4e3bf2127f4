/**
 * Crontabs come in croniter's dialect: seconds are the sixth field, ranges may wrap around (`6-1`, `FRI-MON`), a number
 * may be stepped from (`5/20`), a step may lead out of its range at once (`5/90`), and the last Friday is `L5`. Croner's
 * differs in these, so they are put into plain words.
 */

type Field = { min: number; max: number; names?: string[] };

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** In croniter's order. */
const fields: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['', ...months] },
  { min: 0, max: 6, names: weekdays },
  { min: 0, max: 59 },
  { min: 1970, max: 2099 },
];

/** Croner knows the nearest weekday and `5L`, croniter does not. */
const notCroniters = /(^|,)(LW|\d+W|\d+L)(,|$)/i;

/** The expression for croner. Throws when it has the wrong number of fields, or asks for chance. */
export function toCroner(expression: string): string {
  const text = expression.trim();
  if (/^@\w+$/.test(text)) return text;
  const parts = text.split(/\s+/);
  if (parts.length < 5 || parts.length > 7)
    throw new Error('A cron expression has five fields, or six with seconds last.');
  if (parts.some((part) => /(^|,)[RH](\W|$)/i.test(part)))
    throw new Error('Random and hashed expressions are not supported.');
  if (parts.some((part) => notCroniters.test(part))) throw new Error('Weekdays near a day are not supported.');
  const plain = parts.map((part, at) => plainPart(part, fields[at]!));
  const [seconds, years] = [plain[5], plain[6]];
  return [
    ...(seconds === undefined ? [] : [seconds]),
    ...plain.slice(0, 5),
    ...(years === undefined ? [] : [years]),
  ].join(' ');
}

/** Days beside which `*` stands are no days that are named. */
function plainPart(part: string, field: Field): string {
  const pieces = part.split(',').map((piece) => plainPiece(piece, field));
  return pieces.includes('*') ? '*' : pieces.join(',');
}

function plainPiece(piece: string, field: Field): string {
  const last = /^L([0-7])$/i.exec(piece);
  if (last && field.names === weekdays) return `${last[1]}#L`;
  const [, from, to, stepText] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(piece) ?? [];
  const step = stepText === undefined ? undefined : Number(stepText);
  if (from === '*' && to === undefined) return step === undefined ? '*' : every(step, field);
  const [given, high] = [valueOf(from, field), to === undefined ? undefined : valueOf(to, field)];
  if (given === null || high === null || (high === undefined && step === undefined)) return piece;
  if (high !== undefined && high < given) return wrapped(given, high, step ?? 1, field);
  if (field.names !== weekdays) return stepped(piece, { low: given, high, step }, field);
  // Sunday is the first day, and the last one of a range.
  if (given === 7) return stepped(piece, { low: 0, high: high === undefined ? undefined : 0, step }, field);
  if (high !== 7) return stepped(piece, { low: given, high, step }, field);
  return step === undefined ? piece : wrapped(given, 0, step, field);
}

type Range = { low: number; high: number | undefined; step: number | undefined };

/** A range of one value is the whole field to croniter, and of a step that leads out of it only the first value is left. */
function stepped(piece: string, { low, high, step }: Range, field: Field): string {
  const end = high ?? field.max;
  if (low < field.min || low > field.max || end > field.max) return piece;
  if (low === end) return every(step ?? 1, field);
  if (step !== undefined && step > end - low) return String(low);
  return high === undefined ? `${low}-${end}/${step}` : piece;
}

/** In days this is other than `*`: both days that are named count. */
const every = (step: number, { min, max }: Field): string => (step > max - min ? String(min) : `*/${step}`);

/** `22-1` as the list of its values. */
function wrapped(low: number, high: number, step: number, { min, max }: Field): string {
  const values = [];
  for (let value = low; value <= high + (max - min + 1); value += Math.max(step, 1))
    values.push(value > max ? value - (max - min + 1) : value);
  return values.join(',');
}

/** Null for what is neither a number nor a name: croner then says what it thinks of it. */
function valueOf(text: string | undefined, { names }: Field): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text);
  const at = names?.indexOf(text.toUpperCase()) ?? -1;
  return at >= 0 ? at : null;
}
