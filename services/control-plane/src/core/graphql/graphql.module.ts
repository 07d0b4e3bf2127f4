import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { HeadgateRequest } from '../http/request.js';
import { depthLimit } from './depth-limit.js';
import { jit } from './jit.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';
import { GraphqlSockets } from './graphql-sockets.js';

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      path: '/graphql',
      autoSchemaFile: true,
      sortSchema: true,
      cache: 'bounded',
      playground: false,
      introspection: true,
      csrfPrevention: true,
      plugins: [ApolloServerPluginCacheControlDisabled(), jit()],
      validationRules: [depthLimit(12)],
      formatError: withoutInside,
      context: (req: HeadgateRequest, reply: FastifyReply) => ({ req, reply }),
    }),
  ],
  providers: [GraphqlSockets, DateTimeScalar, JsonScalar],
})
export class AppGraphqlModule {}

/** Parse and validation errors get our word for them; stack traces never leave. */
function withoutInside(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  const code = String(extensions['code'] ?? 'internal');
  const ours = /^[a-z]/.test(code) ? code : code === 'INTERNAL_SERVER_ERROR' ? 'internal' : 'invalid';
  return {
    ...formatted,
    message: ours === 'internal' ? 'Internal Server Error' : formatted.message,
    extensions: { ...extensions, code: ours },
  };
}
