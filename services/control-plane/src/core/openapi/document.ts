import type { INestApplication } from '@nestjs/common';
import { invalidAnswer } from '@headgate/contracts/rest/answers/refusals';
import { batchMax, sentMax } from '../json/exact-json.js';
import { listDoors, statusesOf, type Door } from './doors.js';
import { JsonSchemas } from './json-schema.js';
import type { Document, Json, Operation, Parameter } from './open-api.js';
import { refusalResponses } from './refuses.js';

export { listDoors, statusesOf, type Door } from './doors.js';

const scopedPrefix = '/api/accounts/{account_id}/workspaces/{workspace_id}';

/** The OpenAPI document: made from the doors and the schemas that they parse with, so that it cannot lag behind. */
export function openApiDocument(app: INestApplication, version: string): Document {
  const paths: Document['paths'] = {};
  const schemas = new JsonSchemas();
  for (const door of listDoors(app)) {
    const inWorkspace = door.needs !== 'nothing' && door.needs !== 'sign-in';
    const template = door.path.replaceAll(/:(\w+)/g, (_, name: string) => `{${onTheWire(name)}}`);
    const address = inWorkspace ? template.replace(/^\/api/, scopedPrefix) : template;
    (paths[address] ??= {})[door.method] = operation(door, address, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headgate',
      version,
      description:
        'The workspace API works below its account and workspace, and below /api alone for the home workspace of the key.',
      license: { name: 'Apache-2.0' },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'headgate_session' },
      },
      schemas: schemas.components,
    },
    paths,
  };
}

/** Names on the wire have underscores. */
const onTheWire = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const addressedIds = ['account_id', 'workspace_id'];

const inWords = (count: number): string => count.toLocaleString('en');
const tooLarge = `The body is too large, or its JSON holds more than ${inWords(sentMax.values)} values (log lines ${inWords(batchMax.values)}) or ${inWords(sentMax.names)} different keys.`;

function operation(door: Door, address: string, schemas: JsonSchemas): Operation {
  const ids = [...addressedIds, ...door.ids.map(onTheWire)];
  const names = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return {
    operationId: `${door.controller.replace(/Controller$/, '')}.${door.handler}`,
    ...(door.summary && { summary: door.summary }),
    tags: [door.tag],
    ...(door.needs !== 'nothing' && { security: [{ apiKey: [] }, { session: [] }], 'x-needs': door.needs }),
    parameters: [
      ...names.map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string', ...(ids.includes(name) && { format: 'uuid' }) },
      })),
      ...queryOf(door, schemas),
    ],
    ...(door.body && { requestBody: jsonOf(schemas.of(door.body, 'in')) }),
    responses: {
      ...Object.fromEntries(statusesOf(door).map((status) => [status, answerOf(door, status, schemas)])),
      422: { description: 'It does not ask for a possible thing.', ...jsonOf(schemas.of(invalidAnswer, 'out')) },
      ...(door.body && {
        400: { description: 'The body is not UTF-8.' },
        413: { description: tooLarge },
      }),
      ...refusalResponses(door.refuses),
      ...(door.needs !== 'nothing' && {
        401: { description: 'No valid credentials.' },
        403: { description: 'The scope is missing.' },
        429: { description: 'Too much at once; Retry-After says when to ask again.' },
      }),
      ...(names.length > 0 && { 404: { description: 'Not there, or not for the caller to know.' } }),
    },
  };
}

function queryOf(door: Door, schemas: JsonSchemas): Parameter[] {
  if (!door.query) return [];
  const { properties = {}, required = [] } = schemas.of(door.query, 'in') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function answerOf({ answer }: Door, status: number, schemas: JsonSchemas): Operation['responses'][string] {
  if (status === 204) return { description: 'Done.' };
  const description = 'The answer.';
  if (!answer) return { description };
  if ('mediaType' in answer) return { description, content: { [answer.mediaType]: { schema: { type: 'string' } } } };
  return { description, ...jsonOf(schemas.of(answer.schema, 'out')) };
}

const jsonOf = (schema: Json) => ({ content: { 'application/json': { schema } } });
