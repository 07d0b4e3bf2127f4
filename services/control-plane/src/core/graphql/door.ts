import { Injectable } from '@nestjs/common';
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import type { SubscribePayload } from 'graphql-ws';
import { GraphQLError, type DocumentNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { GraphqlContext } from '../http/request.js';
import { invariant } from '../errors/app-error.js';
import { parserRefusal, refusal, refusalOf } from './admission.js';
import { Documents } from './documents.js';
import { tooLong } from './limits/answer-size.js';
import { limits } from './limits/limits.js';
import { nestsTooDeep } from './limits/nesting.js';
import { countUnpagedLists } from './limits/unpaged-lists.js';

type Operations = { subscriptions: Record<string, unknown> };

/** Both ways into the schema, by HTTP through Apollo and by socket through graphql-ws, with the same rules. */
@Injectable()
export class GraphqlDoor {
  readonly documents = new Documents();
  private schema: GraphQLSchema | null = null;

  /** Where Apollo looks before it parses. Only `remember` puts something there. */
  readonly documentStore = {
    get: async (key: string): Promise<DocumentNode | undefined> =>
      this.documents.find(key.slice(key.lastIndexOf(':') + 1)),
    set: async (): Promise<void> => {},
    delete: async (): Promise<void> => {},
  };

  plugin(): ApolloServerPlugin {
    return {
      serverWillStart: async ({ schema }) => {
        this.schema = schema;
        countUnpagedLists(schema);
      },
      requestDidStart: async () => this.listener(),
    };
  }

  private listener(): GraphQLRequestListener<BaseContext> {
    return {
      didResolveOperation: async ({ schema, document, request }) => {
        const { operationName, variables } = request;
        const error = refusalOf({ schema, document, operationName, variables, door: 'http' });
        if (error) throw asBadRequest(error);
      },
      responseForOperation: async ({ schema, queryHash, operationName, contextValue, request, response }) => {
        const plan = queryHash ? this.documents.plan(schema, queryHash, operationName) : null;
        if (!plan) return null;
        const singleResult = await plan.query({}, contextValue, request.variables ?? {});
        return { http: response.http, body: { kind: 'single', singleResult: singleResult as never } };
      },
      willSendResponse: async ({ queryHash, document, operation, contextValue, response }) => {
        if (response.body.kind === 'single') {
          const error = tooLong(response.body.singleResult.data);
          if (error) response.body.singleResult = { errors: [error.toJSON()] };
        }
        if (queryHash && document && operation) this.remember(queryHash, document, contextValue);
      },
    };
  }

  /** What graphql-ws asks before an operation: errors, or what is to be executed. Who has a socket is signed in. */
  onSubscribe(
    { subscriptions }: Operations,
    { query, operationName, variables }: SubscribePayload,
  ): readonly GraphQLError[] | ExecutionArgs {
    const { schema } = this;
    invariant(schema, 'the door opens when the server has started');
    if (Object.keys(subscriptions).length > limits.subscriptionsOfSocket)
      return [refusal(`A socket may hold at most ${limits.subscriptionsOfSocket} operations.`)];
    const deep = nestsTooDeep(query);
    if (deep) return [refusal(deep)];
    try {
      const { document, hash } = this.documents.parse(query);
      const error = refusalOf({ schema, document, operationName, variables, door: 'socket' });
      if (error) return [error];
      this.documents.remember(hash, document);
      return { schema, document, operationName, variableValues: variables };
    } catch (error) {
      if (error instanceof GraphQLError) return [refusal(parserRefusal(error.message), error)];
      throw error;
    }
  }

  private remember(hash: string, document: DocumentNode, context: BaseContext): void {
    if ((context as Partial<GraphqlContext>).req?.actor) this.documents.remember(hash, document);
  }
}

const asBadRequest = (error: GraphQLError): GraphQLError => {
  error.extensions['http'] = { status: 400 };
  return error;
};
