import type { VariableFilter, VariableJson, VariableSort } from '@headgate/contracts/rest/variables';
import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { variableMatches, variableOrder } from './variables.filters.js';

const shown = ['id', 'created', 'updated', 'name', 'value', 'tags'] as const;

/** Both name one variable of a workspace. */
export type VariableKey = { id: string } | { name: string };
const by = (key: VariableKey) => ('id' in key ? sql<boolean>`id = ${key.id}` : sql<boolean>`name = ${key.name}`);

export type VariablesPage = {
  sort?: VariableSort | undefined;
  limit: number;
  offset?: number;
  afterName?: string | undefined;
};

const matching = (db: Db, workspaceId: string, filter: VariableFilter | undefined) =>
  variableMatches(filter).reduce(
    (query, predicate) => query.where(predicate),
    db.selectFrom('variable').where('workspace_id', '=', workspaceId),
  );

export function listVariables(
  db: Db,
  workspaceId: string,
  filter: VariableFilter | undefined,
  { sort = 'NAME_ASC', limit, offset = 0, afterName }: VariablesPage,
): Promise<VariableJson[]> {
  const page = matching(db, workspaceId, filter).select(shown).orderBy(variableOrder[sort]).limit(limit).offset(offset);
  return (afterName === undefined ? page : page.where('name', '>', afterName)).execute();
}

export async function countVariables(db: Db, workspaceId: string, filter: VariableFilter | undefined): Promise<number> {
  const row = await matching(db, workspaceId, filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

export function findVariable(db: Db, workspaceId: string, key: VariableKey): Promise<VariableJson | undefined> {
  return db
    .selectFrom('variable')
    .select(shown)
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .executeTakeFirst();
}

/** Those of the names that there are, with their values. */
export function findVariableValues(
  db: Db,
  workspaceId: string,
  names: string[],
): Promise<{ name: string; value: unknown }[]> {
  return db
    .selectFrom('variable')
    .select(['name', 'value'])
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`name = any(${names}::text[])`)
    .execute();
}

export type VariableDraft = { id: string; name: string; value: unknown; tags: string[] };

/** Nothing when the name is taken. */
export function insertVariable(
  db: Db,
  workspaceId: string,
  { id, name, value, tags }: VariableDraft,
): Promise<VariableJson | undefined> {
  return db
    .insertInto('variable')
    .values({ workspace_id: workspaceId, id, name, value: JSON.stringify(value), tags })
    .onConflict((taken) => taken.columns(['workspace_id', 'name']).doNothing())
    .returning(shown)
    .executeTakeFirst();
}

/** Writes what the change names. A new name that is taken breaks the unique key: `conflict`. */
export function updateVariable(
  db: Db,
  workspaceId: string,
  key: VariableKey,
  { name, value, tags }: Partial<Omit<VariableDraft, 'id'>>,
): Promise<VariableJson | undefined> {
  return db
    .updateTable('variable')
    .set({
      ...(name !== undefined && { name }),
      ...(value !== undefined && { value: JSON.stringify(value) }),
      ...(tags !== undefined && { tags }),
      updated: sql`now()`,
    })
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .returning(shown)
    .executeTakeFirst();
}

export function deleteVariable(db: Db, workspaceId: string, key: VariableKey): Promise<VariableJson | undefined> {
  return db
    .deleteFrom('variable')
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .returning(shown)
    .executeTakeFirst();
}
