import { fileURLToPath } from 'node:url';
import { messageOf, type State } from '../states.js';

const mostFrames = 30;
const mostCauses = 5;
const longestMessage = 4_000;
/** As it is run, and as source maps tell of it. */
const ownFolders = ['../../dist/', '../../src/']
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap((address) => [address.href, fileURLToPath(address)]);

/** How a failed run ended, for its log: the message of its state, and below it where in the user's code it was thrown. */
export const failureOf = (end: State): string => `Ended ${end.name}: ${withTrace(end)}`;

/** Of an error only its stack: its properties may hold what is in no log, such as the headers of a request. */
export function withTrace({ message, error }: State): string {
  const lines = [message ?? ''];
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < mostCauses; depth++, cause = cause.cause) {
    const told = messageOf(cause);
    if (depth > 0 || told !== message) lines.push(`Caused by ${told.slice(0, longestMessage)}`);
    lines.push(...framesOf(cause));
  }
  return lines.join('\n');
}

const framesOf = ({ stack = '' }: Error): string[] =>
  String(stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !isMachinery(line))
    .slice(0, mostFrames);

/** Frames of Node and of this SDK tell nothing about the user's code. */
const isMachinery = (frame: string): boolean =>
  /[( ]node:/.test(frame) || ownFolders.some((folder) => frame.includes(folder));
