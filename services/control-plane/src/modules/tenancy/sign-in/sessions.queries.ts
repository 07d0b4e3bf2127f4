import type { Prisma } from '../prisma.js';

type SessionRow = { id: string; userId: string; hash: Buffer<ArrayBuffer>; expires: Date; userAgent: string | null };

export async function insertSession(prisma: Prisma, row: SessionRow): Promise<void> {
  await prisma.userSession.create({ data: row, select: { id: true } });
}

export async function deleteSession(prisma: Prisma, hash: Buffer<ArrayBuffer>): Promise<void> {
  await prisma.userSession.deleteMany({ where: { hash } });
}
