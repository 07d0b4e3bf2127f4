import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { AnyOperation } from './operation.js';
import { RUNS } from './runs.js';

/** A handler that runs an operation; a mutation of GraphQL has the name of its handler. */
type OperationDoor = { controller: string; handler: string; operation: AnyOperation };

/** Those of REST are methods of controllers, those of GraphQL and of sockets methods of providers. */
export function doorsOfOperations(app: INestApplication, kind: 'controllers' | 'providers'): OperationDoor[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules
    .flatMap((module) => [...module[kind].values()])
    .flatMap(({ metatype }) => {
      const prototype = typeof metatype === 'function' ? (metatype.prototype as object | undefined) : undefined;
      return Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(([handler, { value }]) => {
        const operation: AnyOperation | undefined =
          typeof value === 'function' ? Reflect.getMetadata(RUNS, value) : undefined;
        return operation ? [{ controller: metatype!.name, handler, operation }] : [];
      });
    });
}
