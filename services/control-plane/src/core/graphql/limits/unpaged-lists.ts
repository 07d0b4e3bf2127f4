import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isIntrospectionType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { pageArguments } from './cost.js';
import { count, limits } from './limits.js';
import { asksNobody } from './price.js';

/**
 * The price of a list without arguments is an estimate; here such lists are counted as they come, so that who has a
 * thousand of what is usually ten cannot ask for more than others can.
 */
export function countUnpagedLists(schema: GraphQLSchema): void {
  const counted = new WeakMap<object, number>();
  for (const type of Object.values(schema.getTypeMap())) {
    // A subscription is answered anew with every event, and is held to less.
    if (!isObjectType(type) || isIntrospectionType(type) || type === schema.getSubscriptionType()) continue;
    for (const field of Object.values(type.getFields())) if (isUnpaged(field)) countItems(field, counted);
  }
}

const isUnpaged = (field: GraphQLField<unknown, unknown>): boolean =>
  isListType(getNullableType(field.type)) &&
  isCompositeType(getNamedType(field.type)) &&
  !field.args.some(({ name }) => pageArguments.includes(name));

function countItems(field: GraphQLField<unknown, unknown>, counted: WeakMap<object, number>): void {
  const { resolve } = field;
  if (!resolve || asksNobody(field)) return;
  const check = (items: unknown, context: unknown): unknown => {
    const key = context as object;
    const sum = (counted.get(key) ?? 0) + (Array.isArray(items) ? items.length : 0);
    counted.set(key, sum);
    if (sum <= limits.nodes) return items;
    throw new GraphQLError(
      `The lists of this query hold more than ${count(limits.nodes)} objects; ask for fewer of them at once.`,
      { extensions: { code: 'invalid' } },
    );
  };
  field.resolve = (source, args, context, info) => {
    const items = resolve(source, args, context, info);
    if (info.operation.operation === 'subscription') return items;
    return items instanceof Promise ? items.then((each) => check(each, context)) : check(items, context);
  };
}
