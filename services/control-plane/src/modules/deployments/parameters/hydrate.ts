/** A parameter value that cannot be resolved. */
export class HydrationError extends Error {}

const removed = Symbol('removed');
type Hydrated = unknown | typeof removed;

/**
 * Resolves values that say how they are meant: `{"__prefect_kind": "json", "value": "…"}`. What asks to be left out is
 * left out of lists and objects.
 */
export function hydrate(value: unknown): Record<string, unknown> {
  const result = hydrateValue(value);
  return result === removed || typeof result !== 'object' || result === null ? {} : (result as Record<string, unknown>);
}

function hydrateValue(value: unknown): Hydrated {
  if (Array.isArray(value)) return value.map(hydrateValue).filter((each) => each !== removed);
  if (typeof value !== 'object' || value === null) return value;
  const kind = (value as { __prefect_kind?: unknown }).__prefect_kind;
  if (typeof kind === 'string') return hydrateKind(kind, value as Record<string, unknown>);
  const entries = Object.entries(value).map(([key, each]) => [key, hydrateValue(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== removed));
}

function hydrateKind(kind: string, holder: Record<string, unknown>): Hydrated {
  if (kind === 'none') {
    if (!('value' in holder)) throw new HydrationError("Missing 'value' key in __prefect object");
    return hydrateValue(holder['value']);
  }
  if (kind === 'json') {
    if (!('value' in holder)) return removed;
    const text = hydrateValue(holder['value']);
    // A template inside is filled in when the run starts: it stays as it is.
    return typeof text === 'string' ? hydrateValue(parsed(text)) : text;
  }
  if (kind === 'jinja') return 'template' in holder ? holder : removed;
  if (kind === 'workspace_variable') {
    const name = holder['variable_name'];
    if (!name) return removed;
    throw new HydrationError(`Variable '${String(name)}' not found in workspace.`);
  }
  return holder['value'] ?? null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HydrationError(`Invalid JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
