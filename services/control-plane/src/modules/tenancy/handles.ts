import { randomBytes } from 'node:crypto';
import { handleCandidates, handleFrom as readHandle, isReserved } from '@headgate/contracts/handles';

export { isReserved };

/** The handle that a name makes; `fallback` when nothing is left of it. */
export const handleFrom = (name: string, fallback: string): string => readHandle(name) ?? fallback;

/** The handle itself when it is free and not reserved, else one with a number, else one with a random ending. */
export async function freeHandle(base: string, takenOf: (candidates: string[]) => Promise<string[]>): Promise<string> {
  const candidates = handleCandidates(base);
  const taken = new Set(await takenOf(candidates));
  return candidates.find((handle) => !taken.has(handle)) ?? randomHandle(base);
}

export const randomHandle = async (base: string): Promise<string> => `${base}-${randomBytes(4).toString('hex')}`;
