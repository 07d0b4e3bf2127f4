import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { HeadgateRequest } from '../http/request.js';
import { stringifyExact } from '../json/exact-json.js';
import { parserRefusal } from './admission.js';
import { GraphqlDoorModule } from './door.module.js';
import { GraphqlDoor } from './door.js';
import { limits } from './limits/limits.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';
import { GraphqlSockets } from './graphql-sockets.js';

@Module({
  imports: [
    GraphqlDoorModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      imports: [GraphqlDoorModule],
      inject: [GraphqlDoor],
      useFactory: options,
    }),
  ],
  providers: [GraphqlSockets, DateTimeScalar, JsonScalar],
})
export class AppGraphqlModule {}

/** The door checks documents itself, so that both transports have one list of rules. */
function options(door: GraphqlDoor): Omit<ApolloDriverConfig, 'driver'> {
  return {
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    cache: 'bounded',
    playground: false,
    introspection: true,
    csrfPrevention: true,
    persistedQueries: false,
    documentStore: door.documentStore,
    parseOptions: { maxTokens: limits.tokens },
    dangerouslyDisableValidation: true,
    plugins: [ApolloServerPluginCacheControlDisabled(), door.plugin()],
    formatError: withoutInside,
    // What a field below a door throws is told in the words of the door: over sockets and by compiled plans, too.
    fieldResolverEnhancers: ['filters'],
    stringifyResult: stringifyExact,
    context: (req: HeadgateRequest, reply: FastifyReply) => ({ req, reply }),
  };
}

/** Parse and validation errors get our word for them; stack traces never leave. */
function withoutInside(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  const code = String(extensions['code'] ?? 'internal');
  const ours = /^[a-z]/.test(code) ? code : code === 'INTERNAL_SERVER_ERROR' ? 'internal' : 'invalid';
  return {
    ...formatted,
    message: ours === 'internal' ? 'Internal Server Error' : parserRefusal(formatted.message),
    extensions: { ...extensions, code: ours },
  };
}
