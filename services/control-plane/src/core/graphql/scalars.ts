import { toWireTime } from '@headgate/contracts/rest/times';
import { CustomScalar, Scalar } from '@nestjs/graphql';
import { GraphQLError, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { parseSent } from '../json/exact-json.js';

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
  parseLiteral(node: ValueNode, variables?: Variables): unknown {
    return jsonOf(node, variables);
  }
}

type Variables = Record<string, unknown> | null;

/** What is written in a document is read as a body is: no number is changed, and no key is lost. */
function jsonOf(node: ValueNode, variables: Variables | undefined): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return parseSent(node.value);
    case Kind.LIST:
      return node.values.map((value) => jsonOf(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [keyOf(name.value), jsonOf(value, variables)]));
    default:
      return valueFromASTUntyped(node, variables);
  }
}

function keyOf(name: string): string {
  if (name === '__proto__') throw new GraphQLError('JSON has a key that cannot be kept: "__proto__".');
  return name;
}
