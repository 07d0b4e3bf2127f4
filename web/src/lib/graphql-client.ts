import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSocket } from 'graphql-ws';
import { Client, mapExchange, subscriptionExchange, type CombinedError, type Exchange } from 'urql';
import { typesWithoutId } from '@/generated/types-without-id';
import { connection } from './connection';
import { csrfToken } from './csrf-token';
import { exactFetchExchange } from './exact-fetch';
import { exactReviver } from './exact-json';

/** With this code the server closes the socket of somebody who is not signed in. */
const notSignedIn = 4401;

const socket = (onSignedOut: () => void) =>
  createSocket({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazyCloseTimeout: 3000,
    keepAlive: 12_000,
    jsonMessageReviver: exactReviver,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((done) => setTimeout(done, Math.min(8000, 400 * 2 ** retries) * (0.7 + Math.random() * 0.6))),
    on: {
      connected: () => connection.set('open'),
      closed: (event) => {
        const { code } = event as CloseEvent;
        connection.set(code === 1000 ? 'idle' : 'lost');
        if (code === notSignedIn) onSignedOut();
      },
    },
  });

/** The kind of an error that the server answered: `invalid`, `notFound`, …; `offline` when it did not answer. */
export const errorCode = (error: CombinedError | undefined): string | null =>
  error ? (error.networkError ? 'offline' : String(error.graphQLErrors[0]?.extensions?.['code'] ?? 'internal')) : null;

/** Whole answers that are kept by id, so that a change seen by one page is seen by all. */
const byId = cacheExchange({
  keys: Object.fromEntries(typesWithoutId.map((name) => [name, () => null])),
  updates: {
    Mutation: {
      createApiKey: (_result, _args, cache) => cache.invalidate('Query', 'apiKeys'),
      deleteApiKey: (_result, _args, cache) => cache.invalidate('Query', 'apiKeys'),
      createWorkspace: (_result, _args, cache) => cache.invalidate('Query', 'viewer'),
      deleteFlowRun: (_result, args, cache) => cache.invalidate({ __typename: 'FlowRun', id: String(args['id']) }),
      deleteDeployment: (_result, args, cache) =>
        cache.invalidate({ __typename: 'Deployment', id: String(args['id']) }),
    },
  },
});

/** For what signs in: that it is refused says nothing of a session. */
export const signsIn = { signsIn: true };

export type Clients = {
  /** For pages: answers are kept and shared. */
  kept: Client;
  /** For long lists and logs, which hold their own data: nothing is kept. */
  direct: Client;
};

/** The only way to the server. `onSignedOut` is called when an answer says that nobody is signed in. */
export function createClients(onSignedOut: () => void): Clients {
  const live = socket(onSignedOut);
  const ends: Exchange[] = [
    mapExchange({
      onError: (error, { context }) =>
        void (errorCode(error) === 'unauthenticated' && !context['signsIn'] && onSignedOut()),
    }),
    exactFetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: live.subscribe<Record<string, unknown>, Record<string, unknown>>(
            { ...request, query: request.query ?? '' },
            {
              next: (told) => (told.extensions?.['lookAgain'] ? connection.lookAgain() : sink.next(told)),
              error: (error) => sink.error(error),
              complete: () => sink.complete(),
            },
          ),
        }),
      }),
    }),
  ];
  const options = {
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: () => ({
      credentials: 'same-origin' as const,
      headers: { 'x-csrf-token': csrfToken(document.cookie) },
    }),
  };
  return {
    kept: new Client({ ...options, exchanges: [byId, ...ends] }),
    direct: new Client({ ...options, requestPolicy: 'network-only', exchanges: ends }),
  };
}
