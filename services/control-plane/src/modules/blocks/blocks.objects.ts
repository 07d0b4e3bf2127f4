import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type {
  BlockDocumentFilters,
  BlockDocumentJson,
  BlockSchemaJson,
  BlockTypeJson,
} from '@headgate/contracts/rest/blocks';
import { PageInfoObject, type Whole } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';

@ObjectType('BlockType')
export class BlockTypeObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() slug!: string;
  @Field(() => String, { nullable: true }) logoUrl!: string | null;
  @Field(() => String, { nullable: true }) documentationUrl!: string | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => String, { nullable: true }) codeExample!: string | null;
  @Field({ description: 'Of the system: cannot be deleted.' }) isProtected!: boolean;
  workspaceId!: string;
}

@ObjectType('BlockSchema')
export class BlockSchemaObject {
  @Field(() => ID) id!: string;
  @Field() checksum!: string;
  @Field() version!: string;
  @Field(() => [String]) capabilities!: string[];
  @Field(() => JsonScalar, { description: 'JSON schema, with the definitions of nested blocks.' }) fields!: unknown;
}

@ObjectType('BlockDocument')
export class BlockDocumentObject {
  @Field(() => ID) id!: string;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field() name!: string;
  @Field(() => JsonScalar, { description: 'Secrets are always masked here.' }) data!: unknown;
  @Field(() => JsonScalar, { description: 'The blocks that it nests, by the key that they lie under.' })
  references!: unknown;
  @Field(() => BlockTypeObject) type!: BlockTypeObject;
  @Field(() => BlockSchemaObject) schema!: BlockSchemaObject;
}

@ObjectType('BlockDocumentConnection')
export class BlockDocumentConnectionObject implements Whole<BlockDocumentFilters> {
  @Field(() => [BlockDocumentObject]) nodes!: BlockDocumentObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: BlockDocumentFilters;
}

@InputType()
export class BlockTypeFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of a name.' }) search?: string | null;
  @Field(() => [String], { nullable: true, description: 'One of these.' }) slugs?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'All of these.' }) capabilities?: string[] | null;
}

@InputType({ description: 'Anonymous documents are never shown.' })
export class BlockDocumentFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of a name.' }) search?: string | null;
  @Field(() => [String], { nullable: true, description: 'One of these types, by slug.' }) types?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'All of these.' }) capabilities?: string[] | null;
}

@InputType()
export class CreateBlockDocumentInput {
  @Field(() => ID) schemaId!: string;
  @Field() name!: string;
  @Field(() => JsonScalar) data!: unknown;
}

@InputType({ description: 'A mask that is sent back keeps the secret.' })
export class UpdateBlockDocumentInput {
  @Field(() => ID, { nullable: true }) schemaId?: string | null;
  @Field(() => JsonScalar) data!: unknown;
  @Field({ nullable: true, defaultValue: false, description: 'Keeps what data does not speak of.' }) merge?: boolean;
}

export const toTypeObject = (type: BlockTypeJson, workspaceId: string): BlockTypeObject => ({
  id: type.id,
  name: type.name,
  slug: type.slug,
  logoUrl: type.logo_url,
  documentationUrl: type.documentation_url,
  description: type.description,
  codeExample: type.code_example,
  isProtected: type.is_protected,
  workspaceId,
});

export const toSchemaObject = ({
  id,
  checksum,
  version,
  capabilities,
  fields,
}: BlockSchemaJson): BlockSchemaObject => ({
  id,
  checksum,
  version,
  capabilities,
  fields,
});

export const toDocumentObject = (document: BlockDocumentJson, workspaceId: string): BlockDocumentObject => ({
  id: document.id,
  created: document.created,
  updated: document.updated,
  name: document.name,
  data: document.data,
  references: document.block_document_references,
  type: toTypeObject(document.block_type, workspaceId),
  schema: toSchemaObject(document.block_schema),
});
