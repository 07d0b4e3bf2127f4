import { isEnumType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';

const known = new WeakMap<GraphQLSchema, Record<string, number>>();

/** How long the lists of introspection are in this schema, on average over what holds them. */
export function schemaSizes(schema: GraphQLSchema): Record<string, number> {
  const before = known.get(schema);
  if (before) return before;
  const types = Object.values(schema.getTypeMap());
  const fields = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()));
  const per = (many: number, holders: number): number => many / Math.max(1, holders);
  const sizes = {
    types: types.length,
    directives: schema.getDirectives().length,
    fields: per(fields.length, types.length),
    args: per(fields.flatMap(({ args }) => args).length, fields.length),
    inputFields: per(
      types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields())).length,
      types.length,
    ),
    enumValues: per(types.filter(isEnumType).flatMap((type) => type.getValues()).length, types.length),
    interfaces: 0,
    possibleTypes: 0,
    // Few types are wrapped more than twice.
    ofType: 0.5,
  };
  known.set(schema, sizes);
  return sizes;
}
