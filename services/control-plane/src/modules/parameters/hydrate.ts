import { AppError } from '../../core/errors/app-error.js';
import { isJsonObject, parseSent } from '../../core/json/exact-json.js';
import { sayJsonMistake } from '../../core/json/json-mistake.js';
import { renderTemplate, checkTemplate, TemplateError } from '../../core/templates/templates.js';

/** A parameter value that cannot be resolved. */
export class HydrationError extends Error {}

/** Finds a variable of the workspace; undefined when there is none. */
export type FindVariable = (name: string) => Promise<{ value: unknown } | undefined>;

/** What asks to be left out of the list or object that it stands in. */
const removed = Symbol('removed');
type Holder = Record<string, unknown>;

/** Resolves values that say how they are meant: `{"__prefect_kind": "json", "value": "…"}`, at any depth. */
export async function hydrate(given: Holder, find: FindVariable): Promise<Holder> {
  const result = await hydrateValue(given, find);
  if (result === removed) return {};
  if (!isJsonObject(result)) throw new HydrationError('The parameters as a whole have to be an object.');
  return result;
}

async function hydrateValue(value: unknown, find: FindVariable): Promise<unknown> {
  if (Array.isArray(value)) {
    const items = await Promise.all(value.map((each) => hydrateValue(each, find)));
    return items.filter((each) => each !== removed);
  }
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, '__prefect_kind')) return hydrateHolder(value, find);
  const entries = Object.entries(value).map(async ([key, each]) => [key, await hydrateValue(each, find)] as const);
  return Object.fromEntries((await Promise.all(entries)).filter(([, each]) => each !== removed));
}

/** Kinds that are not known stand for their values. */
async function hydrateHolder(holder: Holder, find: FindVariable): Promise<unknown> {
  switch (holder['__prefect_kind']) {
    case 'none':
      return hydrateValue(required(holder, 'value'), find);
    case 'json':
      return ofJson(await part(holder, 'value', find));
    case 'jinja':
      required(holder, 'template');
      return ofTemplate(await part(holder, 'template', find));
    case 'workspace_variable':
      return ofVariable(await part(holder, 'variable_name', find), find);
    default:
      return holder['value'] ?? null;
  }
}

function required(holder: Holder, key: string): unknown {
  if (!Object.hasOwn(holder, key)) throw new HydrationError(`Missing '${key}' key in __prefect object`);
  return holder[key];
}

/** A part may itself have to be resolved, when it is an object; one that is missing leaves the whole out. */
function part(holder: Holder, key: string, find: FindVariable): unknown {
  if (!Object.hasOwn(holder, key)) return removed;
  const value = holder[key];
  return isJsonObject(value) ? hydrateValue(value, find) : value;
}

/** What the text says is taken as it is: marks inside it mean nothing. */
function ofJson(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return parseSent(text);
  } catch (error) {
    const why = error instanceof AppError ? error.message : sayJsonMistake(text);
    throw new HydrationError(`Invalid JSON: ${why}`, { cause: error });
  }
}

/** There is nothing yet that a template could show: it is filled in from what is the same for every run. */
function ofTemplate(template: unknown): unknown {
  if (template === removed) return removed;
  if (typeof template !== 'string') throw new HydrationError('Invalid jinja: a template has to be a string.');
  try {
    checkTemplate(template);
  } catch (error) {
    throw invalidTemplate(error, '');
  }
  try {
    return renderTemplate(template, {});
  } catch (error) {
    throw invalidTemplate(error, 'Failed to render template due to the following error: ');
  }
}

function invalidTemplate(error: unknown, what: string): unknown {
  if (!(error instanceof TemplateError)) return error;
  return new HydrationError(`Invalid jinja: ${what}${error.message}`, { cause: error });
}

async function ofVariable(name: unknown, find: FindVariable): Promise<unknown> {
  if (name === removed) return removed;
  const variable = typeof name === 'string' ? await find(name) : undefined;
  if (!variable)
    throw new HydrationError(`Variable '${name === null ? 'None' : String(name)}' not found in workspace.`);
  return variable.value;
}
