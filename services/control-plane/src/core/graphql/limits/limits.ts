/**
 * What one document may ask for, over HTTP and sockets alike; docs/reference/graphql-limits.md tells users. The app's
 * dearest page needs about two fifths of each. A document at its bounds works for about 100 ms, in pieces.
 */
export const limits = {
  queryChars: 100_000,
  /** Of a document that only asks, and of a text that it asks for. */
  questionChars: 20_000,
  questionTextChars: 1_000,
  tokens: 2_000,
  /** Brackets inside of each other, of whatever kind. */
  nesting: 200,
  definitions: 60,
  directives: 50,
  /** Fields that are given another name. */
  aliases: 50,
  /** Each asks by itself, and all at once; no page of the app needs more than three. */
  rootFields: 25,
  rootFieldsOfMutation: 10,
  /** Fields as they are written; and fields and spreads after each fragment stands where it is spread. */
  fieldsWritten: 300,
  selections: 1_000,
  depth: 12,
  depthOfIntrospection: 17,
  /** Objects in the answer, and what its questions to the database are worth in objects. */
  nodes: 7_000,
  /** A subscription is answered again with every event. */
  nodesOfSubscription: 1_000,
  /** Names, numbers and texts in the answer. */
  values: 25_000,
  /** A document that is stored once may stand in every node. */
  answerBytes: 16 * 1024 * 1024,
  variablesChars: 100_000,
  variablesItems: 20_000,
  /** With the message around them as deep as any JSON may be. */
  variablesDepth: 198,
  subscriptionsOfSocket: 50,
  /** On all sockets of a process together. */
  operationsOfPerson: 500,
} as const;

/** A page when nobody says how long it is. */
export const pageMax = 200;

/** What a question to the database costs, in objects. */
export const nodesOfQuestion = 20;

export const count = (value: number): string =>
  Number.isFinite(value) ? Math.ceil(value).toLocaleString('en-US') : 'endlessly many';
