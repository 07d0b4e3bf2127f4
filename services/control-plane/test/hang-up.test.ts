import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

test('a client that hangs up while it sends does not count as a database that is gone', async () => {
  const socket = connect(port, '127.0.0.1');
  let answer: ServerResponse | undefined;
  app.app.getHttpServer().once('request', (_: IncomingMessage, response: ServerResponse) => {
    answer = response;
    socket.destroy();
  });
  const head = ['POST /api/logs/ HTTP/1.1', 'host: x', `authorization: Bearer ${owner.key}`, 'content-length: 100'];
  socket.write(`${head.join('\r\n')}\r\ncontent-type: application/json\r\n\r\n[{`);
  const status = await until('what would have been answered', () => answer?.headersSent && answer.statusCode);
  expect(status).toBe(422);
});
