import type { AddressInfo } from 'node:net';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestApp } from '../app.js';

export type Answer = { data?: any; errors?: { message: string; path?: unknown[]; extensions: { code: string } }[] };
export type Ask = (query: string, variables?: object, key?: string | null) => Promise<Answer>;

/** The ways into the schema, as one kind of function. The application has to listen. */
export function doorsOf(app: TestApp): Record<'http' | 'get' | 'socket', Ask> {
  const json = { 'content-type': 'application/json' };
  const http: Ask = async (query, variables = {}, key = null) =>
    (await app.inject('POST', '/graphql', { query, variables }, key)).body;
  const get: Ask = async (query, variables = {}, key = null) => {
    const asked = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    return (await app.inject('GET', `/graphql?${asked}`, undefined, key, json)).body;
  };
  const socket: Ask = async (query, variables = {}, key = null) => {
    const client = socketOf(app, key);
    try {
      return await firstAnswer(client, query, variables);
    } finally {
      await client.dispose();
    }
  };
  return { http, get, socket };
}

export function socketOf(app: TestApp, key: string | null): Client {
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  return createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(key && { connectionParams: { apiKey: key } }),
  });
}

export function firstAnswer(client: Client, query: string, variables: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = client.subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: (answer) => {
          resolve(answer as Answer);
          stop();
        },
        error: (error) => (Array.isArray(error) ? resolve({ errors: error }) : reject(error as Error)),
        complete: () => reject(new Error('ended without an answer')),
      },
    );
  });
}
