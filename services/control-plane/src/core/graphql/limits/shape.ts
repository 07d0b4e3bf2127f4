import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { count, limits } from './limits.js';

/** How large a selection is once every fragment stands where it is spread. Spreads count too: they take time as well. */
type Size = { selections: number; depth: number; roots: number; introspections: number };

const nothing: Size = { selections: 0, depth: 0, roots: 0, introspections: 0 };

/** What stands in the text, whether or not anything refers to it. */
type Written = { fields: number; aliases: number; directives: number };

/**
 * Why the document is too large to be looked at more closely, or null. Knows no schema, so that it can come before
 * validation, parts of which take time in the square of the document. Every fragment is measured once: linear time.
 */
export function tooLarge(document: DocumentNode): string | null {
  if (document.definitions.length > limits.definitions)
    return `A document may have at most ${limits.definitions} operations and fragments, this one has ${count(document.definitions.length)}.`;
  const written = writtenIn(document);
  if (written.aliases > limits.aliases)
    return `A document may have at most ${limits.aliases} aliases, this one has ${count(written.aliases)}.`;
  if (written.directives > limits.directives)
    return `A document may have at most ${limits.directives} directives, this one has ${count(written.directives)}.`;
  if (written.fields > limits.fieldsWritten)
    return `A document may name at most ${limits.fieldsWritten} fields, this one names ${count(written.fields)}.`;
  const measure = new Measure(document);
  // All definitions are validated, whether or not they are asked for.
  for (const each of document.definitions) {
    if (!('selectionSet' in each)) continue;
    const size = measure.of(each.selectionSet);
    const why =
      tooManySelections(size) ?? (each.kind === Kind.OPERATION_DEFINITION ? tooLargeOperation(each, size) : null);
    if (why) return why;
  }
  return measure.cycle;
}

/** What a plan of all operations would be made of; for documents that were found not to be too large. */
export function shapeOf(document: DocumentNode): { fields: number; roots: number; aliases: number } {
  const measure = new Measure(document);
  let [fields, roots] = [0, 0];
  for (const each of document.definitions) {
    if (each.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure.of(each.selectionSet);
    fields += size.selections;
    roots += size.roots;
  }
  return { fields, roots, aliases: writtenIn(document).aliases };
}

function tooLargeOperation(operation: OperationDefinitionNode, size: Size): string | null {
  const mutation = operation.operation === 'mutation';
  const rootsMax = mutation ? limits.rootFieldsOfMutation : limits.rootFields;
  const depthMax = size.introspections > 0 ? limits.depthOfIntrospection : limits.depth;
  if (size.roots > rootsMax)
    return `A ${mutation ? 'mutation' : 'document'} may have at most ${rootsMax} fields at its root, this one has ${count(size.roots)}.`;
  if (size.introspections > 1) return 'A document may ask for the schema once.';
  if (size.depth > depthMax) return `The query nests deeper than ${depthMax} fields.`;
  return null;
}

const tooManySelections = ({ selections }: Size): string | null =>
  selections > limits.selections
    ? `A document may have at most ${count(limits.selections)} fields and fragments with all fragments in place, this one has ${count(selections)}.`
    : null;

function writtenIn(document: DocumentNode): Written {
  const written: Written = { fields: 0, aliases: 0, directives: 0 };
  const stack: SelectionSetNode[] = [];
  for (const definition of document.definitions) {
    if ('directives' in definition) written.directives += definition.directives?.length ?? 0;
    if (definition.kind === Kind.OPERATION_DEFINITION)
      for (const variable of definition.variableDefinitions ?? [])
        written.directives += variable.directives?.length ?? 0;
    if ('selectionSet' in definition) stack.push(definition.selectionSet);
  }
  for (let set = stack.pop(); set; set = stack.pop()) {
    for (const selection of set.selections) {
      written.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        written.fields++;
        if (selection.alias) written.aliases++;
      }
      if ('selectionSet' in selection && selection.selectionSet) stack.push(selection.selectionSet);
    }
  }
  return written;
}

/** Sizes with fragments in place; each fragment is measured once and remembered. */
class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly known = new Map<string, Size | 'being measured'>();
  cycle: string | null = null;

  constructor(document: DocumentNode) {
    for (const each of document.definitions)
      if (each.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(each.name.value, each);
    // Those that nothing spreads are validated too.
    for (const name of this.fragments.keys()) this.ofFragment(name);
  }

  of(set: SelectionSetNode): Size {
    const sum = { ...nothing };
    for (const selection of set.selections) {
      const size =
        selection.kind === Kind.FIELD
          ? this.ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.of(selection.selectionSet)
            : this.ofFragment(selection.name.value);
      sum.selections += size.selections + 1;
      sum.roots += size.roots;
      sum.introspections += size.introspections;
      sum.depth = Math.max(sum.depth, size.depth);
    }
    return sum;
  }

  private ofField(field: FieldNode): Size {
    const below = field.selectionSet ? this.of(field.selectionSet) : nothing;
    const asksForSchema = field.name.value === '__schema' || field.name.value === '__type';
    return {
      selections: below.selections,
      depth: below.depth + 1,
      roots: 1,
      introspections: below.introspections + (asksForSchema ? 1 : 0),
    };
  }

  private ofFragment(name: string): Size {
    const known = this.known.get(name);
    if (known === 'being measured') this.cycle = `The fragment ${name.slice(0, 100)} contains itself.`;
    if (known) return known === 'being measured' ? nothing : known;
    const fragment = this.fragments.get(name);
    if (!fragment) return nothing;
    this.known.set(name, 'being measured');
    const size = this.of(fragment.selectionSet);
    this.known.set(name, size);
    return size;
  }
}
