import { expect, test } from 'vitest';
import { AppError } from '../../core/errors/app-error.js';
import type { Database } from '../../core/db/database.js';
import { createPool } from '../../core/db/db.js';
import { findUser } from './users/users.queries.js';
import { TenancyDb } from './prisma.js';

test('a database that cannot be reached makes us unavailable, not broken', async () => {
  const sql = createPool('postgresql://nobody@127.0.0.1:1/nothing', { size: 2, statementSeconds: 5 }, () => undefined);
  const db = new TenancyDb({ sql } as Database);
  const error = await db.run((prisma) => findUser(prisma, crypto.randomUUID())).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).kind).toBe('unavailable');
  await db.onApplicationShutdown();
  await sql.end();
});
