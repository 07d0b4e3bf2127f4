import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { AppError } from '../../core/errors/app-error.js';
import type { Database } from '../../core/db/database.js';
import { createPool } from '../../core/db/db.js';
import { findUser, findUserByEmail, takenUserHandles } from './users/users.queries.js';
import { TenancyDb } from './prisma.js';

let app: TestApp;
let db: TenancyDb;
beforeAll(async () => {
  app = await startTestApp();
  db = new TenancyDb(app.db);
});
afterAll(async () => {
  await db.onApplicationShutdown();
  await app.close();
});

const kindOf = async (work: Promise<unknown>): Promise<string | null> => {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof AppError ? error.kind : null;
};

test.each([
  ['a text that cannot be stored is a mistake of who asks', '22021', 'invalid'],
  ['a name that no index holds is one, too', '54000', 'invalid'],
  ['a server that stops makes us unavailable', '57P01', 'unavailable'],
  ['a server without a free connection makes us unavailable', '53300', 'unavailable'],
  ['a statement that takes too long makes us unavailable', '57014', 'unavailable'],
  ['rivals that get into each other make us unavailable', '40P01', 'unavailable'],
  ['an error that nobody expects stays one', 'XX000', null],
])('%s', async (_, code, kind) => {
  const failing = `do $$ begin raise exception using errcode = '${code}', message = 'this'; end $$`;
  expect(await kindOf(db.run((prisma) => prisma.$executeRawUnsafe(failing)))).toBe(kind);
});

test('a NUL character in what is looked for is a mistake of who asks, whatever is looked for', async () => {
  expect(await kindOf(db.run((prisma) => findUserByEmail(prisma, 'a\0b')))).toBe('invalid');
  expect(await kindOf(db.run((prisma) => takenUserHandles(prisma, ['a\0b'])))).toBe('invalid');
});

test('a database that cannot be reached makes us unavailable, not broken', async () => {
  const sql = createPool('postgresql://nobody@127.0.0.1:1/nothing', { size: 2, statementSeconds: 5 }, () => undefined);
  const db = new TenancyDb({ sql } as Database);
  const error = await db.run((prisma) => findUser(prisma, crypto.randomUUID())).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).kind).toBe('unavailable');
  await db.onApplicationShutdown();
  await sql.end();
});
