import { pythonRepr } from './python-repr.js';

/** What does not fit: where in the data, which keyword of the schema, and the values of both. */
export type Mismatch = {
  path: (string | number)[];
  keyword: string;
  /** What the keyword says in the schema. */
  wanted: unknown;
  /** The schema that the keyword stands in. */
  schema: Record<string, unknown>;
  data: unknown;
  params: Record<string, unknown>;
};

/** `$`, `$.place.city`, `$.places[1]`, `$['odd key']`. */
const jsonPath = (path: Mismatch['path']): string =>
  `$${path.map((part) => (typeof part === 'number' ? `[${part}]` : /^[a-z]\w*$/i.test(part) ? `.${part}` : `['${part}']`)).join('')}`;

/** In the words that clients show to people. */
export function describe(mismatch: Mismatch): string {
  const path = jsonPath(mismatch.path);
  const where =
    path === '$' ? 'Validation failed.' : `Validation failed for field ${pythonRepr(path.replace('$.', ''))}.`;
  return `${where} Failure reason: ${reason(mismatch)}`;
}

const list = (values: unknown[]): string => values.map(pythonRepr).join(', ');

function reason({ keyword, wanted, data, params }: Mismatch): string {
  const [is, limit] = [pythonRepr(data), pythonRepr(wanted)];
  switch (keyword) {
    case 'type':
      return `${is} is not of type ${list([wanted].flat())}`;
    case 'required':
      return `${pythonRepr(params['missingProperty'])} is a required property`;
    case 'enum':
      return `${is} is not one of ${limit}`;
    case 'const':
      return `${limit} was expected`;
    case 'anyOf':
    case 'oneOf':
      return `${is} is not valid under any of the given schemas`;
    case 'additionalProperties': {
      const extra = params['additionalProperties'] as string[];
      return `Additional properties are not allowed (${list(extra)} ${extra.length === 1 ? 'was' : 'were'} unexpected)`;
    }
    default:
      return sized(keyword, is, limit, wanted);
  }
}

function sized(keyword: string, is: string, limit: string, wanted: unknown): string {
  switch (keyword) {
    case 'minimum':
      return `${is} is less than the minimum of ${limit}`;
    case 'maximum':
      return `${is} is greater than the maximum of ${limit}`;
    case 'exclusiveMinimum':
      return `${is} is less than or equal to the minimum of ${limit}`;
    case 'exclusiveMaximum':
      return `${is} is greater than or equal to the maximum of ${limit}`;
    case 'multipleOf':
      return `${is} is not a multiple of ${limit}`;
    case 'minLength':
    case 'minItems':
      return wanted === 1 ? `${is} should be non-empty` : `${is} is too short`;
    case 'maxLength':
    case 'maxItems':
      return wanted === 0 ? `${is} is expected to be empty` : `${is} is too long`;
    case 'pattern':
      return `${is} does not match ${limit}`;
    case 'uniqueItems':
      return `${is} has non-unique elements`;
    default:
      return `${is} does not satisfy ${keyword}`;
  }
}
