import { SetMetadata } from '@nestjs/common';
import { httpStatus } from '../errors/app-error.js';

export const REFUSES = 'headgate:refuses';

/** What a door may refuse with, beyond what doors of its kind always do. */
export const Refuses = (...kinds: Refused[]) => SetMetadata(REFUSES, kinds);

const refusals = {
  badRequest: { status: 400, description: 'It does not fit what is there.' },
  conflict: { status: httpStatus.conflict, description: 'It contradicts what is there.' },
  gone: { status: httpStatus.gone, description: 'It is over.' },
  locked: { status: httpStatus.locked, description: 'Not now; Retry-After says when to ask again.' },
};

export type Refused = keyof typeof refusals;

export const refusalResponses = (kinds: readonly Refused[]): Record<string, { description: string }> =>
  Object.fromEntries(kinds.map((kind) => [refusals[kind].status, { description: refusals[kind].description }]));
