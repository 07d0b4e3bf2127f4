import type {
  BlockDocumentJson,
  BlockDocumentReferencesJson,
  BlockSchemaJson,
  BlockTypeJson,
} from '@headgate/contracts/rest/blocks';
import { badRequest, invariant } from '../../../core/errors/app-error.js';
import type { JsonObject } from '../../../core/json/exact-json.js';
import type { BlockDocumentRow, DocumentReference } from './block-documents.queries.js';

export type OpenDocument = Omit<BlockDocumentRow, 'sealed'> & { data: JsonObject };
type Known = {
  documents: Map<string, OpenDocument>;
  schemas: Map<string, BlockSchemaJson>;
  types: Map<string, BlockTypeJson>;
  references: DocumentReference[];
};

export const levelsMax = 50;
/** Documents may share what they nest: then a few rows would unfold into a text without end. */
const unfoldedMax = 1000;

/** The document as it crosses the wire: the data of those that it nests stand in its own. */
export function assembleDocument(id: string, from: Known): BlockDocumentJson {
  const document = from.documents.get(id)!;
  const { data, references } = unfold(id, from, { left: unfoldedMax });
  const { block_type_id, block_schema_id } = document;
  const block_type = from.types.get(block_type_id)!;
  return {
    ...document,
    data,
    block_schema: from.schemas.get(block_schema_id)!,
    block_type_name: block_type.name,
    block_type,
    block_document_references: references,
  };
}

type Unfolded = { data: JsonObject; references: BlockDocumentReferencesJson };

function unfold(id: string, from: Known, budget: { left: number }, level = 0): Unfolded {
  invariant(level <= levelsMax, 'documents do not nest themselves');
  if (budget.left-- <= 0) throw badRequest(`The block document nests more than ${unfoldedMax} others.`);
  const children = from.references
    .filter((reference) => reference.parent_id === id)
    .map(({ name, child_id }) => ({
      name,
      child: from.documents.get(child_id)!,
      ...unfold(child_id, from, budget, level + 1),
    }));
  const references = children.map(({ name, child, references }) => {
    const { id, name: childName, is_anonymous, block_type_id } = child;
    const block_type = from.types.get(block_type_id)!;
    const block_document = { id, name: childName, block_type, is_anonymous, block_document_references: references };
    return [name, { block_document }];
  });
  const nested = children.map(({ name, data }) => [name, data]);
  return {
    data: { ...from.documents.get(id)!.data, ...Object.fromEntries(nested) },
    references: Object.fromEntries(references),
  };
}
