import type { INestApplication, Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { NEEDS, type Need } from '../access/needs.js';
import { ZodPipe } from '../http/zod-body.js';

/** One door, as the metadata of its handler tells of it. */
export type Door = {
  controller: string;
  handler: string;
  tag: string;
  method: string;
  path: string;
  needs: Need | undefined;
  body: z.ZodType | null;
  query: z.ZodType | null;
  status: number;
};

const bodyArgument = 3;
const queryArgument = 4;
const tagsOf = 'swagger/apiUseTags';
const hidden = 'swagger/apiExcludeController';

/** Every REST door of the application, in the order of its path. */
export function listDoors(app: INestApplication): Door[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map((wrapper) => wrapper.metatype as Type),
  );
  const doors = [...new Set(controllers)].flatMap(doorsOf);
  return doors.sort((one, other) => (one.path + one.method < other.path + other.method ? -1 : 1));
}

function doorsOf(controller: Type): Door[] {
  const names = Object.getOwnPropertyNames(controller.prototype).filter((name) => name !== 'constructor');
  return names.flatMap((name) => {
    const handler = (controller.prototype as Record<string, unknown>)[name];
    const method =
      typeof handler === 'function'
        ? (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined)
        : undefined;
    if (method === undefined) return [];
    const root = Reflect.getMetadata(PATH_METADATA, controller) as string;
    const paths = [Reflect.getMetadata(PATH_METADATA, handler as object) as string | string[]].flat();
    const needs = (Reflect.getMetadata(NEEDS, handler as object) ?? Reflect.getMetadata(NEEDS, controller)) as
      | Need
      | undefined;
    const status =
      (Reflect.getMetadata(HTTP_CODE_METADATA, handler as object) as number | undefined) ??
      (method === RequestMethod.POST ? 201 : 200);
    const tag = Reflect.getMetadata(hidden, controller)
      ? 'Machines'
      : ((Reflect.getMetadata(tagsOf, controller) as string[] | undefined)?.[0] ?? controller.name);
    const shared = {
      controller: controller.name,
      handler: name,
      tag,
      method: RequestMethod[method].toLowerCase(),
      needs,
      status,
    };
    return paths.map((path) => ({
      ...shared,
      path: joined(root, path),
      body: schemaOf(controller, name, bodyArgument),
      query: schemaOf(controller, name, queryArgument),
    }));
  });
}

const joined = (...parts: string[]): string =>
  `/${parts
    .map((part) => part.replaceAll(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;

function schemaOf(controller: Type, handler: string, argument: number): z.ZodType | null {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { pipes?: unknown[] }
  >;
  const pipes = Object.entries(all)
    .filter(([key]) => Number(key.split(':')[0]) === argument)
    .flatMap(([, each]) => each.pipes ?? []);
  const pipe = pipes.find((each) => each instanceof ZodPipe);
  return pipe instanceof ZodPipe ? pipe.schema : null;
}

const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
  }) as Record<string, unknown>;
  return rest;
};

const scopedPrefix = '/api/accounts/{account_id}/workspaces/{workspace_id}';

/** The OpenAPI document: made from the doors and the schemas that they parse with, so that it cannot lag behind. */
export function openApiDocument(app: INestApplication, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const door of listDoors(app)) {
    const inWorkspace = door.needs !== 'nothing' && door.needs !== 'sign-in';
    const template = door.path.replaceAll(/:(\w+)/g, '{$1}');
    const address = inWorkspace ? template.replace(/^\/api/, scopedPrefix) : template;
    (paths[address] ??= {})[door.method] = operation(door, address);
  }
  return {
    openapi: '3.0.3',
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
    },
    paths,
  };
}

function operation(door: Door, address: string): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const inQuery = door.query
    ? Object.entries((jsonSchema(door.query) as { properties?: Record<string, object> }).properties ?? {})
    : [];
  return {
    operationId: `${door.controller.replace(/Controller$/, '')}.${door.handler}`,
    tags: [door.tag],
    ...(door.needs !== 'nothing' && { security: [{ apiKey: [] }, { session: [] }], 'x-needs': door.needs }),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...inQuery.map(([name, schema]) => ({ name, in: 'query', required: true, schema })),
    ],
    ...(door.body && { requestBody: { content: { 'application/json': { schema: jsonSchema(door.body) } } } }),
    responses: {
      [door.status]: { description: door.status === 204 ? 'Done.' : 'The answer.' },
      ...(door.body && { 422: { description: 'The body does not say a possible thing.' } }),
      ...(door.needs !== 'nothing' && {
        401: { description: 'No valid credentials.' },
        403: { description: 'The scope is missing.' },
      }),
      ...(names.length > 0 && { 404: { description: 'Not there, or not for the caller to know.' } }),
    },
  };
}
