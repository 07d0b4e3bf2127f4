import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { z } from 'zod';
import { NEEDS, type Need } from '../access/needs.js';
import { UuidPipe, ZodPipe } from '../http/zod-body.js';
import { ANSWERS, type Answer } from './answers.js';
import { REFUSES, type Refused } from './refuses.js';

/** One door, as the metadata of its handler tells of it. */
export type Door = {
  controller: string;
  handler: string;
  tag: string;
  /** What it is for, in a line; of doors that others publish, their document tells. */
  summary: string | undefined;
  method: string;
  path: string;
  needs: Need | undefined;
  body: z.ZodType | null;
  query: z.ZodType | null;
  /** What of the path is a UUID. */
  ids: string[];
  answer: Answer | null;
  refuses: Refused[];
  status: number;
};

const bodyArgument = 3;
const queryArgument = 4;
const pathArgument = 5;
const tagsOf = 'swagger/apiUseTags';
const operationOf = 'swagger/apiOperation';
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
      typeof handler === 'function' ? about<RequestMethod | undefined>(METHOD_METADATA, handler) : undefined;
    if (method === undefined) return [];
    const door = doorOf(controller, name, handler as object, method);
    const root = about<string>(PATH_METADATA, controller);
    const paths = [about<string | string[]>(PATH_METADATA, handler as object)].flat();
    return paths.map((path) => ({ ...door, path: joined(root, path) }));
  });
}

const about = <T>(key: string, of: object): T => Reflect.getMetadata(key, of) as T;

function doorOf(controller: Type, name: string, handler: object, method: RequestMethod): Omit<Door, 'path'> {
  return {
    controller: controller.name,
    handler: name,
    tag: about(hidden, controller)
      ? 'Machines'
      : (about<string[] | undefined>(tagsOf, controller)?.[0] ?? controller.name),
    summary: about<{ summary?: string } | undefined>(operationOf, handler)?.summary,
    method: RequestMethod[method].toLowerCase(),
    needs: about<Need | undefined>(NEEDS, handler) ?? about<Need | undefined>(NEEDS, controller),
    body: schemaOf(controller, name, bodyArgument),
    query: schemaOf(controller, name, queryArgument),
    ids: idsOf(controller, name),
    answer: about<Answer | undefined>(ANSWERS, handler) ?? null,
    refuses: about<Refused[] | undefined>(REFUSES, handler) ?? [],
    status: about<number | undefined>(HTTP_CODE_METADATA, handler) ?? (method === RequestMethod.POST ? 201 : 200),
  };
}

const joined = (...parts: string[]): string =>
  `/${parts
    .map((part) => part.replaceAll(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;

/** What a handler is given of a kind: of what name, and through which pipes. */
function argumentsOf(controller: Type, handler: string, kind: number): { data?: unknown; pipes: unknown[] }[] {
  const all = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    | Record<string, { data?: unknown; pipes?: unknown[] }>
    | undefined;
  return Object.entries(all ?? {})
    .filter(([key]) => Number(key.split(':')[0]) === kind)
    .map(([, { data, pipes = [] }]) => ({ data, pipes }));
}

function schemaOf(controller: Type, handler: string, argument: number): z.ZodType | null {
  const pipes = argumentsOf(controller, handler, argument).flatMap((each) => each.pipes);
  const pipe = pipes.find((each) => each instanceof ZodPipe);
  return pipe instanceof ZodPipe ? pipe.schema : null;
}

const idsOf = (controller: Type, handler: string): string[] =>
  argumentsOf(controller, handler, pathArgument)
    .filter(({ pipes }) => pipes.includes(UuidPipe))
    .map(({ data }) => String(data));

/** The statuses that a door answers with when all is well. */
export const statusesOf = (door: Door): number[] =>
  door.answer?.statuses.length ? door.answer.statuses : [door.status];
