import { isUuid } from '@headgate/contracts';
import { badRequest } from '../../../core/errors/app-error.js';
import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';

/** Documents that a document nests, by the key that they lie under. */
export type References = Map<string, string>;

/** `{"$ref": {"block_document_id": id}}` at the top level means another document; deeper it is data like any other. */
export function separateReferences(data: JsonObject): { plain: JsonObject; references: References } {
  const references: References = new Map();
  const plain = Object.entries(data).filter(([key, value]) => {
    const reference = isJsonObject(value) ? value['$ref'] : undefined;
    if (!isJsonObject(reference)) return true;
    references.set(key, idOf(reference, key));
    return false;
  });
  return { plain: Object.fromEntries(plain), references };
}

function idOf(reference: JsonObject, key: string): string {
  const id = reference['block_document_id'];
  if (id === undefined || id === null)
    throw badRequest(`Received block reference without a block_document_id in key ${key}`);
  if (!isUuid(id)) throw badRequest(`The block_document_id in key ${key} is not a valid UUID`);
  return id.toLowerCase();
}
