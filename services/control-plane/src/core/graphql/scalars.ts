import { toWireTime } from '@headgate/contracts/rest/times';
import { CustomScalar, Scalar } from '@nestjs/graphql';
import { GraphQLError, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';

/** ISO 8601 in UTC with `Z`. Times are text all the way from the database. */
@Scalar('DateTime')
export class DateTimeScalar implements CustomScalar<string, string> {
  description = 'ISO 8601 in UTC, with Z.';
  parseValue(value: unknown): string {
    const time = typeof value === 'string' ? toWireTime(value) : null;
    if (!time) throw new GraphQLError('DateTime must be ISO 8601 text.');
    return time;
  }
  serialize(value: unknown): string {
    return value instanceof Date ? value.toISOString() : String(value);
  }
  parseLiteral(node: ValueNode): string {
    return this.parseValue(node.kind === Kind.STRING ? node.value : undefined);
  }
}

@Scalar('JSON')
export class JsonScalar implements CustomScalar<unknown, unknown> {
  description = 'Any JSON value.';
  parseValue(value: unknown): unknown {
    return value;
  }
  serialize(value: unknown): unknown {
    return value;
  }
  parseLiteral(node: ValueNode): unknown {
    return valueFromASTUntyped(node);
  }
}
