import { readlinkSync } from 'node:fs';
import { newId } from '@headgate/contracts';
import { startOf, type ProcessTable } from './process-table.js';

/**
 * A process that starts trees, as the marks of its trees name it: whoever finds something of a tree can tell whether its
 * owner is still there. Ids of processes mean something in one namespace only; `startedAt` is 0 where it is not told exactly.
 */
export type Owner = { namespace: string; pid: number; startedAt: number };

const onLinux = process.platform === 'linux';
const ownNamespace = namespaceOf();
const shape = /^[\da-f-]{36}_(\d+)_(\d+)_(\d+)$/;

/** A new mark of this process, or of the one that is given. */
export function markOfOwner(
  owner: Owner = { namespace: ownNamespace, pid: process.pid, startedAt: onLinux ? (startOf(process.pid) ?? 0) : 0 },
): string {
  return `${newId()}_${owner.namespace}_${owner.pid}_${owner.startedAt}`;
}

/** Null for what is not such a mark. */
export function ownerIn(mark: string): Owner | null {
  const [, namespace, pid, startedAt] = shape.exec(mark) ?? [];
  return namespace ? { namespace, pid: Number(pid), startedAt: Number(startedAt) } : null;
}

/** Certainly: whose id we could not read right, or may be another's by now, counts as being there. */
export function isGone({ namespace, pid, startedAt }: Owner, { processes }: ProcessTable): boolean {
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
