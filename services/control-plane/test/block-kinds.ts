import type { Tenant, TestApp } from './app.js';

/** The type and the schema that a document is of. */
export type Kind = { block_type_id: string; block_schema_id: string };
type Wish = { slug?: string; version?: string; capabilities?: string[] };

/** A type (made when it is not there) and a schema with secrets in three places. */
export async function makeKind(app: TestApp, owner: Tenant, { slug = 'gauge', ...more }: Wish = {}): Promise<Kind> {
  const post = async (path: string, body: object) => (await app.inject('POST', path, body, owner.key)).body;
  const name = `${slug[0]!.toUpperCase()}${slug.slice(1)}`;
  await post('/api/block_types/', { name, slug });
  const type = (await app.inject('GET', `/api/block_types/slug/${slug}`, undefined, owner.key)).body;
  const fields = { title: name, type: 'object', properties: {}, secret_fields: ['tok', 'c.tok', 'a.*'] };
  const schema = await post('/api/block_schemas/', { fields, block_type_id: type.id, ...more });
  return { block_type_id: type.id, block_schema_id: schema.id };
}
