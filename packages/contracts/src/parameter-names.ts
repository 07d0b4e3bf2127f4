/** What a deployment says of the parameters that it takes. */
export type TakesParameters = {
  parameters?: Record<string, unknown>;
  parameter_openapi_schema?: { properties?: Record<string, unknown>; additionalProperties?: unknown } | null;
  enforce_parameter_schema?: boolean;
};

/** `words` name what is unknown and what there is; `meant` are the names that come nearest. */
export type UnknownParameters = { words: string; meant: string[] };

/**
 * Which names the flow does not have: its run would fail, or go without the value that was meant. Null when there are none,
 * and where a deployment does not say what it takes, or does not insist on it.
 */
export function unknownParameters(
  parameters: Record<string, unknown>,
  deployment: TakesParameters,
): UnknownParameters | null {
  const known = namesOf(deployment);
  const unknown = known ? Object.keys(parameters).filter((name) => !known.includes(name)) : [];
  if (!known || unknown.length === 0) return null;
  const list = unknown.map((name) => `"${name}"`).join(', ');
  return {
    words: `The flow has no parameter ${list}. ${known.length > 0 ? `Its parameters: ${known.join(', ')}.` : 'It takes none.'}`,
    meant: unknown.map((name) => nearest(name, known)).filter((name) => name !== null),
  };
}

/** Which parameters a flow needs that neither the deployment sets nor the flow has a default for: a run fails without them. */
export function missingParameters(parameters: unknown, schema: unknown): string[] {
  const { required, properties } = Object(schema) as { required?: unknown; properties?: unknown };
  if (!Array.isArray(required)) return [];
  const set = Object(parameters) as object;
  const known = Object(properties) as Record<string, unknown>;
  const hasDefault = (name: string) => Object.hasOwn(known, name) && Object.hasOwn(Object(known[name]), 'default');
  return required.filter(
    (name): name is string => typeof name === 'string' && !Object.hasOwn(set, name) && !hasDefault(name),
  );
}

/** What is said of them beside a schedule. */
export const missingWords = (missing: readonly string[]): string =>
  `The flow needs ${missing.map((name) => `"${name}"`).join(', ')}, and the deployment does not set ${missing.length === 1 ? 'it' : 'them'}: scheduled runs will fail, unless their schedule sets ${missing.length === 1 ? 'it' : 'them'}.`;

/** Null where any name may be right. */
function namesOf({ parameters, parameter_openapi_schema: schema, enforce_parameter_schema }: TakesParameters) {
  if (!schema?.properties || schema.additionalProperties || enforce_parameter_schema === false) return null;
  return [...new Set([...Object.keys(schema.properties), ...Object.keys(parameters ?? {})])];
}

/** The name that was probably meant: the one with the fewest letters to change, if these are at most a third of it. */
export function nearest(name: string, known: readonly string[]): string | null {
  const [best] = known
    .map((each) => ({ each, changes: changesBetween(name.toLowerCase(), each.toLowerCase()) }))
    .toSorted((one, other) => one.changes - other.changes);
  return best && best.changes <= Math.max(1, best.each.length / 3) ? best.each : null;
}

/** How many letters must be put in, left out or replaced; two that have changed places are one change. */
function changesBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        row[j - 1]! + 1,
        last[j]! + 1,
        last[j - 1]! + differs,
        swapped ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length]!;
}
