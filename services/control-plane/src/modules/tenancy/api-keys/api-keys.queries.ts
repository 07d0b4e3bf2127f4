import type { Tx } from '../limits/quota.js';
import type { Prisma } from '../prisma.js';

export type ApiKey = {
  id: string;
  created: Date;
  name: string;
  expiration: Date | null;
  lastUsed: Date | null;
  masked: string;
};
const shown = { id: true, created: true, name: true, expiration: true, lastUsed: true, masked: true };

export const listApiKeys = (prisma: Prisma, userId: string, name?: string): Promise<ApiKey[]> =>
  prisma.apiKey.findMany({ where: { userId, name }, orderBy: [{ created: 'desc' }, { id: 'desc' }], select: shown });

export const countApiKeys = (prisma: Tx, userId: string): Promise<number> => prisma.apiKey.count({ where: { userId } });

export const findApiKey = (prisma: Prisma, userId: string, id: string): Promise<ApiKey | null> =>
  prisma.apiKey.findFirst({ where: { userId, id }, select: shown });

type ApiKeyRow = {
  id: string;
  userId: string;
  /** The key that asked for this one, and takes it along when it goes. */
  madeBy: string | null;
  name: string;
  expiration: Date | null;
  hash: Buffer<ArrayBuffer>;
  masked: string;
};

export const insertApiKey = (prisma: Tx, row: ApiKeyRow): Promise<ApiKey> =>
  prisma.apiKey.create({ data: row, select: shown });

/** Answers the hash of the key that is gone; null when the user has no such key. */
export async function deleteApiKey(prisma: Prisma, userId: string, id: string): Promise<Uint8Array | null> {
  const found = await prisma.apiKey.findFirst({ where: { userId, id }, select: { hash: true } });
  const { count } = await prisma.apiKey.deleteMany({ where: { userId, id } });
  return count > 0 && found ? found.hash : null;
}
