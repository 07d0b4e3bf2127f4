import { Extensions } from '@nestjs/graphql';
import type { GraphQLField } from 'graphql';
import { nodesOfQuestion } from './limits.js';

/**
 * What a field costs where its arguments do not say. `size`: about how many objects its list holds when no argument
 * bounds it. `own`: what finding it costs in objects; a resolver costs a question to the database unless it says that
 * it is asked in batches (1). `once`: one document may hold it once.
 */
type Price = { size?: number; own?: number; once?: boolean };

export const Priced = (price: Price) => Extensions({ price });

/** For resolvers that a loader asks for a whole list at once, or that ask nobody. */
export const batched = 1;

/** Nest gives plain properties a resolver of this name. Were it to change, all fields would be dear, and tests fail. */
export const asksNobody = ({ resolve }: GraphQLField<unknown, unknown>): boolean =>
  !resolve || resolve.name === 'rootFieldResolver';

export function priceOf(field: GraphQLField<unknown, unknown>): { size: number | null; own: number; once: boolean } {
  const { size, own, once } = (field.extensions['price'] ?? {}) as Price;
  return { size: size ?? null, own: own ?? (asksNobody(field) ? 0 : nodesOfQuestion), once: once ?? false };
}
