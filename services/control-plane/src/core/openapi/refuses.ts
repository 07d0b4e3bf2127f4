import { SetMetadata } from '@nestjs/common';
import { httpStatus, type ErrorKind } from '../errors/app-error.js';

export const REFUSES = 'headgate:refuses';

/** What a door may refuse with, beyond what doors of its kind always do. */
export const Refuses = (...kinds: (keyof typeof reasons)[]) => SetMetadata(REFUSES, kinds);

const reasons = {
  conflict: 'It contradicts what is there.',
  gone: 'It is over.',
  locked: 'Not now; Retry-After says when to ask again.',
} satisfies Partial<Record<ErrorKind, string>>;

export type Refused = keyof typeof reasons;

export const refusalResponses = (kinds: readonly Refused[]): Record<string, { description: string }> =>
  Object.fromEntries(kinds.map((kind) => [httpStatus[kind], { description: reasons[kind] }]));
