import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isListType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { count, limits, pageMax } from './limits.js';
import { priceOf } from './price.js';
import { schemaSizes } from './schema-sizes.js';

type Question = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
};

type Cost = { nodes: number; values: number };

/** Arguments that say how long a page is. */
export const pageArguments: readonly string[] = ['first', 'last', 'limit'];

/** Why the answer would be too dear, or null. For documents that are valid and whose shape is within bounds. */
export function tooDear(question: Question): string | null {
  const { schema, operation } = question;
  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const costs = new Costs(question);
  const { nodes, values } = costs.of(operation.selectionSet, root, null);
  const what = operation.operation === 'query' ? 'query' : operation.operation;
  const nodesMax = what === 'subscription' ? limits.nodesOfSubscription : limits.nodes;
  if (costs.repeated) return `A document may hold ${costs.repeated} once.`;
  if (costs.circle) return `Below \`${costs.circle}\` the schema may not be asked for \`${costs.circle}\` again.`;
  if (nodes > nodesMax) return `The ${what} may cost at most ${count(nodesMax)} nodes, this one ${count(nodes)}.`;
  if (values > limits.values)
    return `The answer may hold at most ${count(limits.values)} values, this one ${count(values)}.`;
  return null;
}

class Costs {
  private readonly once = new Set<string>();
  private readonly open: string[] = [];
  repeated: string | null = null;
  circle: string | null = null;

  constructor(private readonly question: Question) {}

  /** `page`: the length of the page that the list fields of this object show, when the field above said so. */
  of(set: SelectionSetNode, type: GraphQLNamedType, page: number | null): Cost {
    const sum: Cost = { nodes: 0, values: 0 };
    for (const selection of set.selections) {
      const cost = this.ofSelection(selection, type, page);
      sum.nodes += cost.nodes;
      sum.values += cost.values;
    }
    return sum;
  }

  private ofSelection(
    selection: SelectionSetNode['selections'][number],
    type: GraphQLNamedType,
    page: number | null,
  ): Cost {
    if (selection.kind === Kind.FIELD) return this.ofField(selection, type, page);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return this.of(selection.selectionSet, this.typeOf(selection.typeCondition?.name.value) ?? type, page);
    const fragment = this.question.fragments.get(selection.name.value);
    if (!fragment) return { nodes: 0, values: 0 };
    return this.of(fragment.selectionSet, this.typeOf(fragment.typeCondition.name.value) ?? type, page);
  }

  private ofField(node: FieldNode, type: GraphQLNamedType, page: number | null): Cost {
    // Clients add it to every object.
    if (node.name.value === '__typename') return { nodes: 0, values: 1 };
    const field = fieldOf(this.question.schema, type, node.name.value);
    if (!field) return { nodes: 0, values: 1 };
    const price = isIntrospectionType(type) ? { size: null, own: 0, once: false } : priceOf(field);
    if (price.once) {
      if (this.once.has(field.name)) this.repeated = field.name;
      this.once.add(field.name);
    }
    const below = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(below)) return { nodes: price.own, values: 1 };
    const asked = this.pageAsked(node, field);
    const list = isListType(getNullableType(field.type));
    const size = isIntrospectionType(type)
      ? (schemaSizes(this.question.schema)[field.name] ?? 1)
      : list
        ? (asked ?? page ?? price.size ?? pageMax)
        : 1;
    const each = this.below(node.selectionSet, below, field.name, list ? null : asked);
    return { nodes: price.own + size * (1 + each.nodes), values: 1 + size * each.values };
  }

  /** The schema's own lists may not contain themselves: its whole answer is then bounded by the schema. */
  private below(set: SelectionSetNode, type: GraphQLNamedType, name: string, page: number | null): Cost {
    const list = isIntrospectionType(type) && name !== 'ofType' && name !== 'type';
    if (list && this.open.includes(name)) this.circle = name;
    if (list) this.open.push(name);
    const cost = this.of(set, type, page);
    if (list) this.open.pop();
    return cost;
  }

  private pageAsked(node: FieldNode, field: GraphQLField<unknown, unknown>): number | null {
    const argument = field.args.find(({ name }) => pageArguments.includes(name));
    if (!argument) return null;
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const value =
      given?.kind === Kind.INT
        ? Number(given.value)
        : given?.kind === Kind.VARIABLE
          ? (this.question.variables[given.name.value] ?? argument.defaultValue)
          : argument.defaultValue;
    return typeof value === 'number' ? Math.max(1, value) : pageMax;
  }

  private typeOf(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.question.schema.getType(name);
  }
}

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (type === schema.getQueryType()) {
    if (name === '__schema') return SchemaMetaFieldDef;
    if (name === '__type') return TypeMetaFieldDef;
  }
  return 'getFields' in type ? (type.getFields()[name] as GraphQLField<unknown, unknown> | undefined) : undefined;
}
