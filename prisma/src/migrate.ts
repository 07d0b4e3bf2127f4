import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';

/** Where the migrations lie, seen from the built file. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../migrations');

/** The key that Prisma's own tool takes, so that the two never migrate at once. */
const lockKey = 72_707_369;

const bookkeeping = `create table if not exists "_prisma_migrations" (
  "id" varchar(36) primary key not null, "checksum" varchar(64) not null, "finished_at" timestamptz, "migration_name" varchar(255) not null,
  "logs" text, "rolled_back_at" timestamptz, "started_at" timestamptz not null default now(), "applied_steps_count" integer not null default 0)`;

type Migration = { name: string; text: string; checksum: string };

/**
 * Applies what is missing, in order, each in a transaction of its own, with Prisma's bookkeeping. Several processes
 * may call it at once: one applies, the others wait. Answers the names of what it applied. Throws, and leaves nothing
 * behind, when a migration fails, was edited after it was applied, or is not known to this build.
 */
export async function migrate(client: Client, folder: string = migrationsFolder): Promise<string[]> {
  const migrations = readMigrations(folder);
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    await client.query(bookkeeping);
    const missing = await findMissing(client, migrations);
    for (const migration of missing) await apply(client, migration);
    return missing.map((migration) => migration.name);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => undefined);
  }
}

function readMigrations(folder: string): Migration[] {
  const names = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return names.sort().map((name) => {
    const text = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
    return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}

async function findMissing(client: Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  for (const row of rows) {
    if (!row.finished_at) throw new Error(`The migration ${row.migration_name} is recorded as failed.`);
    if (!migrations.some((each) => each.name === row.migration_name)) {
      throw new Error(
        `The database has the migration ${row.migration_name}, which this version does not know: it was made by a newer one.`,
      );
    }
  }
  return migrations.filter((migration) => {
    const known = applied.get(migration.name);
    if (known && known.checksum !== migration.checksum)
      throw new Error(`The migration ${migration.name} was edited after it was applied.`);
    return !known;
  });
}

async function apply(client: Client, { name, text, checksum }: Migration): Promise<void> {
  const started = new Date();
  await client.query('begin');
  try {
    await client.query(text);
    await client.query(
      'insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) values ($1, $2, $3, $4, now(), 1)',
      [randomUUID(), checksum, name, started],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`The migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
