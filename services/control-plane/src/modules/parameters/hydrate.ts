import type { Budget } from '../../core/documents/budget.js';
import { onDocumentThread } from '../../core/documents/thread.js';
import { AppError } from '../../core/errors/app-error.js';
import { isJsonObject, parseSent } from '../../core/json/exact-json.js';
import { sayJsonMistake } from '../../core/json/json-mistake.js';
import { isTemplate } from '../../core/templates/is-template.js';
import { TemplateError } from '../../core/templates/template-error.js';

/** A parameter value that cannot be resolved. */
export class HydrationError extends Error {}

/** Finds a variable of the workspace; undefined when there is none. */
export type FindVariable = (name: string) => Promise<{ value: unknown } | undefined>;

/** What asks to be left out of the list or object that it stands in. */
const removed = Symbol('removed');
type Holder = Record<string, unknown>;
const isHolder = (value: unknown): value is Holder => isJsonObject(value) && Object.hasOwn(value, '__prefect_kind');

const holdersMax = 10_000;

/** What is at work: how variables are found, and what it all may cost. */
type Work = {
  find: FindVariable;
  budget: Budget;
  /** The lists and objects that have something to resolve. */ open: Set<unknown>;
};

/** Resolves values that say how they are meant: `{"__prefect_kind": "json", "value": "…"}`, at any depth. */
export async function hydrate(given: Holder, find: FindVariable, budget: Budget): Promise<Holder> {
  const result = await hydrateValue(given, { find, budget, open: openOnes(given, holdersMax) });
  if (result === removed) return {};
  if (!isJsonObject(result)) throw new HydrationError('The parameters as a whole have to be an object.');
  return result;
}

/** What has to be gone through: all else stays as it is, so that a long list costs nothing beside a single template. */
export function openOnes(given: unknown, holdersMax: number): Set<unknown> {
  const open = new Set<unknown>();
  let holders = 0;
  const look = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    let found = isHolder(value);
    if (found && ++holders > holdersMax)
      throw new HydrationError(`More than ${holdersMax} values would have to be resolved.`);
    for (const each of Array.isArray(value) ? value : Object.values(value)) if (look(each)) found = true;
    if (found) open.add(value);
    return found;
  };
  look(given);
  return open;
}

async function hydrateValue(value: unknown, work: Work): Promise<unknown> {
  if (!work.open.has(value)) return value;
  if (isHolder(value)) return hydrateHolder(value, work);
  return Array.isArray(value) ? hydrateList(value, work) : hydrateObject(value as Holder, work);
}

async function hydrateList(list: unknown[], work: Work): Promise<unknown[]> {
  return (await inPlace(list, work)).filter((each) => each !== removed);
}

async function hydrateObject(object: Holder, work: Work): Promise<Holder> {
  const values = await inPlace(Object.values(object), work);
  const entries = Object.keys(object).map((key, at): [string, unknown] => [key, values[at]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== removed));
}

/** Waits only for what is open: a promise for each number of a long list would be dear. */
async function inPlace(values: unknown[], work: Work): Promise<unknown[]> {
  const result = [...values];
  const resolve = async (at: number) => void (result[at] = await hydrateValue(values[at], work));
  const resolving: Promise<void>[] = [];
  for (let at = 0; at < values.length; at++) if (work.open.has(values[at])) resolving.push(resolve(at));
  await Promise.all(resolving);
  return result;
}

/** Kinds that are not known stand for their values. */
async function hydrateHolder(holder: Holder, work: Work): Promise<unknown> {
  switch (holder['__prefect_kind']) {
    case 'none':
      return hydrateValue(required(holder, 'value'), work);
    case 'json':
      return ofJson(await part(holder, 'value', work));
    case 'jinja':
      required(holder, 'template');
      return ofTemplate(await part(holder, 'template', work), work.budget);
    case 'workspace_variable':
      return ofVariable(await part(holder, 'variable_name', work), work);
    default:
      return holder['value'] ?? null;
  }
}

function required(holder: Holder, key: string): unknown {
  if (!Object.hasOwn(holder, key)) throw new HydrationError(`Missing '${key}' key in __prefect object`);
  return holder[key];
}

/** A part may itself have to be resolved, when it is an object; one that is missing leaves the whole out. */
function part(holder: Holder, key: string, work: Work): unknown {
  if (!Object.hasOwn(holder, key)) return removed;
  const value = holder[key];
  return isJsonObject(value) ? hydrateValue(value, work) : value;
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
async function ofTemplate(template: unknown, budget: Budget): Promise<unknown> {
  if (template === removed) return removed;
  if (typeof template !== 'string') throw new HydrationError('Invalid jinja: a template has to be a string.');
  if (!isTemplate(template)) return template;
  try {
    const text = await onDocumentThread<string>({ kind: 'fill-template', template }, 'A template', budget);
    budget.write(text.length, 'The parameters');
    return text;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new HydrationError(`Invalid jinja: ${error.message}`, { cause: error });
  }
}

async function ofVariable(name: unknown, { find, budget }: Work): Promise<unknown> {
  if (name === removed) return removed;
  const variable = typeof name === 'string' ? await find(name) : undefined;
  if (!variable)
    throw new HydrationError(`Variable '${name === null ? 'None' : String(name)}' not found in workspace.`);
  budget.write(JSON.stringify(variable.value).length, 'The parameters');
  return variable.value;
}
