import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ErrorKind } from '../errors/app-error.js';
import { tooDear } from './limits/cost.js';
import { count, limits } from './limits/limits.js';
import { tooLarge } from './limits/shape.js';
import { conditionAtRoot } from './limits/subscription-root.js';
import { variablesTooLarge } from './limits/variables.js';

type Asked = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName: string | null | undefined;
  variables: Record<string, unknown> | null | undefined;
  door: 'http' | 'socket';
};

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Documents that were found to be sound, and their fragments by name. */
const sound = new WeakMap<DocumentNode, Fragments>();

/**
 * The one way in for documents, before anything runs: small enough to be validated, valid, allowed through this door,
 * and not too dear. What is wrong with it first is what its sender is told.
 */
export function refusalOf({ schema, document, operationName, variables, door }: Asked): GraphQLError | null {
  const fragments = sound.get(document) ?? soundFragments(schema, document);
  if (fragments instanceof GraphQLError) return fragments;
  const operation = getOperationAST(document, operationName);
  if (!operation) return refusal('The document holds no operation of that name, or several and none was named.');
  const wrongDoor = wrongDoorFor(operation, door);
  if (wrongDoor) return refusal(wrongDoor);
  const asks = operation.operation !== 'mutation';
  if (asks && (document.loc?.source.body.length ?? 0) > limits.questionChars)
    return refusal(`A document that changes nothing may have at most ${count(limits.questionChars)} characters.`);
  const large = variablesTooLarge(variables, asks ? limits.questionTextChars : Infinity);
  if (large) return refusal(large);
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, {
    maxErrors: 1,
  });
  if (errors) return refusal(errors[0]!.message, errors[0]);
  const dear = tooDear({ schema, operation, fragments, variables: coerced });
  return dear === null ? null : refusal(dear);
}

/** What the library says when it gives up comparing the fields of a document with each other. */
const aborted = 'Validation aborted.';
const tooManyWays = 'The document spreads too many fragments beside each other to be checked.';

function soundFragments(schema: GraphQLSchema, document: DocumentNode): Fragments | GraphQLError {
  if ((document.loc?.source.body.length ?? 0) > limits.queryChars)
    return refusal(`A document may have at most ${count(limits.queryChars)} characters.`);
  const wrong = tooLarge(document) ?? conditionAtRoot(document);
  if (wrong) return refusal(wrong);
  const [mistake] = validate(schema, document, specifiedRules, { maxErrors: 1 });
  if (mistake) return refusal(mistake.message === aborted ? tooManyWays : mistake.message, mistake);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  sound.set(document, fragments);
  return fragments;
}

/** A change over a socket would go past what protects changes: tokens against forgery, cookies, limits by address. */
function wrongDoorFor({ operation }: OperationDefinitionNode, door: Asked['door']): string | null {
  if (operation === 'mutation' && door === 'socket') return 'Mutations are sent over HTTP, not over a socket.';
  if (operation === 'subscription' && door === 'http') return 'Subscriptions are made over a websocket.';
  return null;
}

const messageChars = 1_000;

export const refusal = (
  message: string,
  cause?: GraphQLError,
  code: ErrorKind | 'internal' = 'invalid',
): GraphQLError =>
  new GraphQLError(message.length > messageChars ? `${message.slice(0, messageChars)}…` : message, {
    ...(cause && { nodes: cause.nodes, source: cause.source, positions: cause.positions, path: cause.path }),
    extensions: { code },
  });

/** What the parser says of a document with too many tokens, in our words. */
export const parserRefusal = (message: string): string =>
  /\d+ tokens\. Parsing aborted/.test(message)
    ? `A document may have at most ${count(limits.tokens)} tokens.`
    : message.slice(0, messageChars);
