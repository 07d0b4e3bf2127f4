import type { Prisma } from '../prisma.js';

type SessionRow = { id: string; userId: string; hash: Buffer<ArrayBuffer>; expires: Date; userAgent: string | null };

export async function insertSession(prisma: Prisma, row: SessionRow): Promise<void> {
  await prisma.userSession.create({ data: row, select: { id: true } });
}

/** Answers the id of the session that is gone; null when there was none. */
export async function deleteSession(prisma: Prisma, hash: Buffer<ArrayBuffer>): Promise<string | null> {
  const found = await prisma.userSession.findUnique({ where: { hash }, select: { id: true } });
  await prisma.userSession.deleteMany({ where: { hash } });
  return found?.id ?? null;
}
