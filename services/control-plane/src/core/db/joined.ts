import { CompiledQuery } from 'kysely';
import type { Db } from './db.js';
import type { Sql } from './fixed.js';

/** Lets a fixed statement join a transaction of Kysely: its connection as what such statements run on. */
export const joined = (db: Db): Sql =>
  ({
    query: ({ text, values }: { text: string; values: unknown[] }) => db.executeQuery(CompiledQuery.raw(text, values)),
  }) as unknown as Sql;
