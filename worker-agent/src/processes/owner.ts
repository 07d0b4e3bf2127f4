import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { newId } from '@headgate/contracts';
import { startOf, type ProcessTable } from './process-table.js';

/**
 * A process that starts trees, as the marks of its trees name it: whoever finds something of a tree can tell whether its
 * owner is still there. Ids of processes mean something in one namespace only; `startedAt` is 0 where it is not told exactly. `place`: for which home and server it works.
 */
export type Owner = { namespace: string; pid: number; startedAt: number; place: string };

const onLinux = process.platform === 'linux';
const ownNamespace = namespaceOf();
const shape = /^[\da-f-]{36}_(\d+)_(\d+)_(\d+)_([\da-f]{16})$/;

/** Agents of one home and one server look after what each other has left, and after nobody else's. */
export const placeOf = (home: string, server: string): string =>
  createHash('sha256')
    .update(`${resolve(home)}\n${server}`)
    .digest('hex')
    .slice(0, 16);

/** This process, working for that place. */
export const selfAt = (place: string): Owner => ({
  namespace: ownNamespace,
  pid: process.pid,
  startedAt: onLinux ? (startOf(process.pid) ?? 0) : 0,
  place,
});

/** A new mark of an owner. */
export const markOfOwner = ({ namespace, pid, startedAt, place }: Owner): string =>
  `${newId()}_${namespace}_${pid}_${startedAt}_${place}`;

/** Null for what is not such a mark. */
export function ownerIn(mark: string): Owner | null {
  const [, namespace, pid, startedAt, place] = shape.exec(mark) ?? [];
  return namespace && place ? { namespace, pid: Number(pid), startedAt: Number(startedAt), place } : null;
}

/** Certainly: whose id we could not read right, or may be another's by now, counts as being there. */
export function isGone({ namespace, pid, startedAt }: Omit<Owner, 'place'>, { processes }: ProcessTable): boolean {
  if (namespace !== ownNamespace) return false;
  const now = processes.get(pid);
  return !now || (startedAt > 0 && now.startedAt !== startedAt);
}

function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0];
  } catch {
    return '0';
  }
}
