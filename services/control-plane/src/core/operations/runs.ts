import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import type { AnyOperation } from './operation.js';

export const RUNS = 'headgate:runs';

/** Stands on a door that changes something: it needs what its operation needs. */
export const Runs = (operation: AnyOperation) => applyDecorators(Needs(operation.needs), SetMetadata(RUNS, operation));
