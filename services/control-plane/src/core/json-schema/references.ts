import { isObject } from './json-types.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr } from './python-repr.js';

/** A reference that leads nowhere. Nothing is ever fetched. */
export class Unresolvable extends Error {}

/** The schema that a reference within the root means: `#`, `#/definitions/Place`. */
export function resolve(root: JsonSchema, ref: string): JsonSchema | boolean {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) throw new Unresolvable(`Unresolvable: ${ref}`);
  const pointer = decoded(ref.slice(1));
  let found: unknown = root;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      Array.isArray(found) || (isObject(found) && Object.hasOwn(found, key)) ? (found as JsonSchema)[key] : undefined;
  }
  if (isObject(found) || typeof found === 'boolean') return found;
  throw new Unresolvable(`PointerToNowhere: ${pythonRepr(pointer)} does not exist within ${pythonRepr(root)}`);
}

/** As Python decodes it: bytes that are no UTF-8 are told by a sign, and what is no byte stays as it is. */
const decoded = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
