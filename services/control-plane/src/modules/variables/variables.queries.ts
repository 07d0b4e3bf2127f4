import type { VariableFilter, VariableJson, VariableSort } from '@headgate/contracts/rest/variables';
import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { parseExact, stringifyExact } from '../../core/json/exact-json.js';
import { variableMatches, variableOrder } from './variables.filters.js';

/** The value comes as text: as a number of JavaScript, a large id would come back as another. */
const shown = ['id', 'created', 'updated', 'name', sql<string>`value::text`.as('text'), 'tags'] as const;
type Row = Omit<VariableJson, 'value'> & { text: string };
const asSet = ({ id, created, updated, name, text, tags }: Row): VariableJson => ({
  id,
  created,
  updated,
  name,
  value: parseExact(text),
  tags,
});
const firstAsSet = (rows: Row[]): VariableJson | undefined => rows.map(asSet)[0];

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

export async function listVariables(
  db: Db,
  workspaceId: string,
  filter: VariableFilter | undefined,
  { sort = 'NAME_ASC', limit, offset = 0, afterName }: VariablesPage,
): Promise<VariableJson[]> {
  const page = matching(db, workspaceId, filter).select(shown).orderBy(variableOrder[sort]).limit(limit).offset(offset);
  const rows = await (afterName === undefined ? page : page.where('name', '>', afterName)).execute();
  return rows.map(asSet);
}

export async function countVariables(db: Db, workspaceId: string, filter: VariableFilter | undefined): Promise<number> {
  const row = await matching(db, workspaceId, filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function findVariable(db: Db, workspaceId: string, key: VariableKey): Promise<VariableJson | undefined> {
  const rows = await db
    .selectFrom('variable')
    .select(shown)
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .execute();
  return firstAsSet(rows);
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
export async function insertVariable(
  db: Db,
  workspaceId: string,
  { id, name, value, tags }: VariableDraft,
): Promise<VariableJson | undefined> {
  const rows = await db
    .insertInto('variable')
    .values({ workspace_id: workspaceId, id, name, value: stringifyExact(value), tags })
    .onConflict((taken) => taken.columns(['workspace_id', 'name']).doNothing())
    .returning(shown)
    .execute();
  return firstAsSet(rows);
}

/** Writes what the change names. A new name that is taken breaks the unique key: `conflict`. */
export async function updateVariable(
  db: Db,
  workspaceId: string,
  key: VariableKey,
  { name, value, tags }: Partial<Omit<VariableDraft, 'id'>>,
): Promise<VariableJson | undefined> {
  const rows = await db
    .updateTable('variable')
    .set({
      ...(name !== undefined && { name }),
      ...(value !== undefined && { value: stringifyExact(value) }),
      ...(tags !== undefined && { tags }),
      updated: sql`now()`,
    })
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .returning(shown)
    .execute();
  return firstAsSet(rows);
}

export async function deleteVariable(db: Db, workspaceId: string, key: VariableKey): Promise<VariableJson | undefined> {
  const rows = await db
    .deleteFrom('variable')
    .where('workspace_id', '=', workspaceId)
    .where(by(key))
    .returning(shown)
    .execute();
  return firstAsSet(rows);
}
