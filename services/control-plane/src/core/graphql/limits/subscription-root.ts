import { Kind, type DocumentNode, type SelectionNode } from 'graphql';

const conditions: readonly string[] = ['skip', 'include'];

/**
 * Why a subscription may not be made, or null: what it listens to depends on no condition, as newer specifications say.
 * With nothing to listen to, the library fails in its own words.
 */
export function conditionAtRoot(document: DocumentNode): string | null {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const spread = new Set<string>();
  const stack: SelectionNode[] = document.definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION && each.operation === 'subscription' ? each.selectionSet.selections : [],
  );
  for (let top = stack.pop(); top; top = stack.pop()) {
    const condition = top.directives?.find(({ name }) => conditions.includes(name.value));
    if (condition) return `What a subscription listens to may not depend on @${condition.name.value}.`;
    if (top.kind === Kind.INLINE_FRAGMENT) stack.push(...top.selectionSet.selections);
    if (top.kind !== Kind.FRAGMENT_SPREAD || spread.has(top.name.value)) continue;
    spread.add(top.name.value);
    stack.push(...(fragments.get(top.name.value)?.selectionSet.selections ?? []));
  }
  return null;
}
