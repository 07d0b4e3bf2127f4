import { V7Generator } from 'uuidv7';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]?: Name };

export type AccountId = Branded<'account'>;
export type WorkspaceId = Branded<'workspace'>;
export type UserId = Branded<'user'>;
export type FlowId = Branded<'flow'>;
export type FlowRunId = Branded<'flow-run'>;
export type TaskRunId = Branded<'task-run'>;
export type DeploymentId = Branded<'deployment'>;
export type WorkPoolId = Branded<'work-pool'>;
export type WorkQueueId = Branded<'work-queue'>;

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any version of UUID in its 36-character form. */
export const isUuid = (text: unknown): text is string => typeof text === 'string' && uuidShape.test(text);

const bareShape = /^[0-9a-f]{32}$/i;
const braces = /^\{(.*)\}$/;
const urn = /^urn:uuid:(.*)$/;

/** A UUID as we write it, from one in capitals, without dashes, in braces, or a URN; null for anything else. */
export function toUuid(text: unknown): string | null {
  if (isUuid(text)) return text.toLowerCase();
  if (typeof text !== 'string') return null;
  const within = (braces.exec(text) ?? urn.exec(text))?.[1];
  if (isUuid(within)) return within.toLowerCase();
  if (!bareShape.test(text)) return null;
  return text.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Asking for randomness costs by the call: so many numbers come at a time. */
const random = new Uint32Array(1_024);
let used = random.length;

function nextUint32(): number {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  return random[used++]!;
}

const generator = new V7Generator({ nextUint32 });

/** A new id; ordered by time, so that indexes grow at one end. */
export const newId = (): string => generator.generate().toString();

/** When an id was made, in milliseconds since 1970; null for one that does not tell. */
export function timeOfId(id: string): number | null {
  const milliseconds = id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
  return milliseconds !== null && milliseconds < millisecondsMax ? milliseconds : null;
}
/** Years have four digits. */
const millisecondsMax = Date.UTC(9999, 0);
