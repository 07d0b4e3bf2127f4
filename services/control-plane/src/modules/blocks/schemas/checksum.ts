import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';
import { ownDefinitions, withDefinitions } from './definitions.js';
import { pythonJson } from './python-json.js';

/** What a schema is known by. The client works out the same, and asks for it before it registers anything. */
export function checksumOf(fields: JsonObject): string {
  const text = pythonJson([[withoutBlockDefinitions(withoutSecretFields(fields) as JsonObject)], {}]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Lists are not looked into: neither does the client. */
function withoutSecretFields(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'secret_fields');
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutSecretFields(each)]));
}

function withoutBlockDefinitions(fields: JsonObject): JsonObject {
  const { definitions } = fields;
  if (!isJsonObject(definitions) || Object.keys(definitions).length === 0) return fields;
  // References inside the definitions of blocks count too: so the client has it.
  return withDefinitions(fields, ownDefinitions(fields, definitions));
}
