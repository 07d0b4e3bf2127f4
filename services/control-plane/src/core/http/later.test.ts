import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerLater } from './later.js';

let server: Server;
beforeAll(async () => {
  server = createServer(answerLater).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

const ask = (headers: Record<string, string>, method = 'GET') =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ada/main/runs`, { method, headers });

test('who opens a page while nobody serves it is told so by a page that asks again by itself', async () => {
  const answer = await ask({ accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  const text = await answer.text();
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'no-store']);
  expect(text).toContain('This page opens by itself as soon as it is back.');
  expect(text).toContain('<meta http-equiv="refresh" content="2">');
});

test('a program is told in JSON to come again', async () => {
  for (const [accept, method] of [
    ['*/*', 'GET'],
    ['application/json', 'POST'],
    ['text/html', 'POST'],
  ] as const) {
    const answer = await ask({ accept }, method);
    const body = await answer.json();
    expect([answer.status, answer.headers.get('prefect-maintenance'), body]).toEqual([
      503,
      'true',
      { exception_message: 'Service Unavailable' },
    ]);
  }
});
