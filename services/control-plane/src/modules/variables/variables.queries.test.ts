import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../core/db/schema.js';
import * as queries from './variables.queries.js';

/** A database that only writes down what it is asked. */
function listening() {
  const heard: string[] = [];
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void heard.push(query.sql),
  });
  return { db, heard };
}

const id = '01900000-0000-7000-8000-000000000000';
const everyPart = {
  operator: 'and_',
  id: { any_: [id] },
  name: { any_: ['a'], like_: 'a' },
  value: { any_: ['1'], like_: '1' },
  tags: { operator: 'and_', all_: ['t'], is_null_: false },
} as const;

test('the statements are those that were reviewed, each within one workspace', async () => {
  const { db, heard } = listening();
  const filter = structuredClone(everyPart) as never;
  await queries.listVariables(db, id, undefined, { limit: 200 });
  await queries.listVariables(db, id, filter, { sort: 'UPDATED_DESC', limit: 200, offset: 400 });
  await queries.listVariables(db, id, undefined, { limit: 51, afterName: 'm' });
  await queries.countVariables(db, id, filter).catch(() => undefined);
  await queries.findVariable(db, id, { id });
  await queries.findVariable(db, id, { name: 'a' });
  await queries.findVariableValues(db, id, ['a']);
  await queries.insertVariable(db, id, { id, name: 'a', value: 1, tags: [] });
  await queries.updateVariable(db, id, { name: 'a' }, { name: 'b', value: null, tags: [] });
  await queries.deleteVariable(db, id, { id });
  expect(heard.every((statement) => statement.includes('workspace_id'))).toBe(true);
  await expect(`${heard.join(';\n\n')};\n`).toMatchFileSnapshot('variables.queries.sql.snap');
});
