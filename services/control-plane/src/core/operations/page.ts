import type { INestApplication } from '@nestjs/common';
import { listDoors } from '../openapi/document.js';
import { doorsOfOperations } from './doors.js';
import { notInGraphql, notInRest } from './lacking.js';
import type { AnyOperation } from './operation.js';
import { Operations } from './operations.js';

/** The reference of all operations, as people read it: made from their declarations and doors, so that it cannot lag behind. */
export function operationsPage(app: INestApplication): string {
  const operations = app.get(Operations).list();
  const rest = restDoors(app);
  const graphql = grouped(
    doorsOfOperations(app, 'providers').map(({ operation, handler }) => [operation.name, handler]),
  );
  const rows = operations.map((each) => row(each, rest.get(each.name) ?? [], graphql.get(each.name) ?? []));
  const alone = operations.filter(({ commitsItself }) => commitsItself);
  return `<!-- Made by \`npm run generate\`. -->
# Operations

Whatever changes something here is one of these, through whatever door it comes
([decision 39](../decisions/0039-operations.md)). Addresses of REST are below \`/api\`, or below
\`/api/accounts/{account_id}/workspaces/{workspace_id}\`; mutations are sent to \`/graphql\`. What is needed is a scope of the workspace,
unless it is to be signed in, or nothing. What was done is what the operation itself says of it, with the names of values in
the place of values.

| operation | needs | what was done | REST | GraphQL | in the audit |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Not over GraphQL

${reasons(notInGraphql)}

## Not over REST

${reasons(notInRest)}

## Not taken back

\`rehearse\` makes a change, says what it did, and takes it back. These cannot be rehearsed, because they commit by themselves:

${reasons(Object.fromEntries(alone.map(({ name, commitsItself }) => [name, `${sentence(commitsItself!)}.`])))}
`;
}

function row(operation: AnyOperation, rest: string[], graphql: string[]): string {
  const { name, needs, audit } = operation;
  const cells = [code([name]), code([needs]), wordsOf(operation), code(rest), code(graphql), code([audit])];
  return `| ${cells.join(' | ')} |`;
}

const code = (texts: string[]): string => (texts.length > 0 ? texts.map((text) => `\`${text}\``).join('<br>') : '-');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Operations that have the same reason stand together. */
function reasons(of: Record<string, string>): string {
  const byReason = grouped(Object.entries(of).map(([name, why]) => [why, name]));
  return [...byReason].map(([why, names]) => `- ${names.map((name) => `\`${name}\``).join(', ')}: ${why}`).join('\n');
}

function restDoors(app: INestApplication): Map<string, string[]> {
  const runs = new Map(
    doorsOfOperations(app, 'controllers').map(({ controller, handler, operation }) => [
      `${controller}.${handler}`,
      operation.name,
    ]),
  );
  return grouped(
    listDoors(app).flatMap(({ controller, handler, method, path }) => {
      const name = runs.get(`${controller}.${handler}`);
      return name ? [[name, `${method.toUpperCase()} ${path.replace(/^\/api/, '')}`]] : [];
    }),
  );
}

function grouped(pairs: string[][]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key!, [...(groups.get(key!) ?? []), value!]);
  return groups;
}

/** What the operation says of a change whose values are their own names. */
const wordsOf = ({ describe }: AnyOperation): string =>
  (describe as (input: unknown, answer: unknown) => string)(named('it', 'it'), named('it', 'it')).replaceAll(
    '|',
    '\\|',
  );

/** Stands for any value of a name: its parts are called as they are, and so is what a method makes of `owner`. */
function named(name: string, owner: string): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive || key === 'toString') return () => `*${name}*`;
      return typeof key === 'symbol' ? undefined : named(key === 'length' ? 'n' : key, name);
    },
    apply: () => `*${owner}*`,
  });
}
