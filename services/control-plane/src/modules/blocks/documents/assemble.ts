import type {
  BlockDocumentJson,
  BlockDocumentReferencesJson,
  BlockSchemaJson,
  BlockTypeJson,
} from '@headgate/contracts/rest/blocks';
import { groupedBy } from '../../../core/batch/grouped.js';
import type { Budget } from '../../../core/documents/budget.js';
import { badRequest, invariant } from '../../../core/errors/app-error.js';
import type { JsonObject } from '../../../core/json/exact-json.js';
import { sizeWithin } from '../../../core/json/json-size.js';
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

/** A document with those that it nests: how many these are with it, and about how long their text is without it. */
type Unfolded = {
  data: JsonObject;
  references: BlockDocumentReferencesJson;
  documents: number;
  nestedSize: number;
};

/**
 * The documents of one answer. Each is unfolded once, however many nest it: they share it until it is written. What is
 * written then grows with each that nests it, and is paid from the budget.
 */
export class Assembly {
  private readonly children: Map<string, DocumentReference[]>;
  private readonly unfolded = new Map<string, Unfolded>();
  private readonly sizes = new Map<object, number>();

  constructor(
    private readonly from: Known,
    private readonly budget: Budget,
  ) {
    this.children = groupedBy(from.references, ({ parent_id }) => parent_id);
  }

  /** The document as it crosses the wire: the data of those that it nests stand in its own. */
  document(id: string): BlockDocumentJson {
    const document = this.from.documents.get(id)!;
    const { data, references, nestedSize } = this.unfold(id);
    this.budget.write(nestedSize, 'What the block documents nest');
    const { block_type_id, block_schema_id } = document;
    const block_type = this.from.types.get(block_type_id)!;
    return {
      ...document,
      data,
      block_schema: this.from.schemas.get(block_schema_id)!,
      block_type_name: block_type.name,
      block_type,
      block_document_references: references,
    };
  }

  private unfold(id: string, level = 0): Unfolded {
    const known = this.unfolded.get(id);
    if (known) return known;
    invariant(level <= levelsMax, 'documents do not nest themselves');
    const { data: own } = this.from.documents.get(id)!;
    const [data, references] = [new Map(Object.entries(own)), new Map<string, Reference>()];
    let [documents, nestedSize] = [1, 0];
    for (const { name, child_id } of this.children.get(id) ?? []) {
      const child = this.unfold(child_id, level + 1);
      documents += child.documents;
      if (documents > unfoldedMax) throw badRequest(`The block document nests more than ${unfoldedMax} others.`);
      const document = this.from.documents.get(child_id)!;
      const block_type = this.from.types.get(document.block_type_id)!;
      nestedSize += this.sizeOf(document) + this.sizeOf(block_type) + child.nestedSize;
      data.set(name, child.data);
      references.set(name, referenceTo(document, block_type, child.references));
    }
    const unfolded = {
      data: Object.fromEntries(data),
      references: Object.fromEntries(references),
      documents,
      nestedSize,
    };
    this.unfolded.set(id, unfolded);
    return unfolded;
  }

  private sizeOf(part: object): number {
    const size = this.sizes.get(part) ?? sizeWithin(part, Infinity)!;
    this.sizes.set(part, size);
    return size;
  }
}

type Reference = BlockDocumentReferencesJson[string];

function referenceTo(
  { id, name, is_anonymous }: OpenDocument,
  block_type: BlockTypeJson,
  block_document_references: BlockDocumentReferencesJson,
): Reference {
  return { block_document: { id, name, block_type, is_anonymous, block_document_references } };
}
