import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { pageHeaders, pagePolicy } from '../http/safe-answers.js';

const documentFile = path.resolve(import.meta.dirname, '../../../openapi.json');
const assets = ['swagger-ui.css', 'swagger-ui-bundle.js'];

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Headgate API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="reader"></div><script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script></body></html>`;
const start = "SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#reader', deepLinking: true });";

/** The committed OpenAPI document and its reader. `npm run generate` writes the document from the doors. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  // One copy for all who ask, and no file that stays open while they read.
  const [document, ...bodies] = [documentFile, ...assets.map((asset) => path.join(folder, asset))].map((file) =>
    fs.readFileSync(file),
  );
  fastify.get('/api/openapi.json', (_, reply) => reply.type('application/json').send(document));
  fastify.get('/api/docs', (_, reply) =>
    reply
      .headers({ ...pageHeaders, 'content-security-policy': pagePolicy({}) })
      .type('text/html')
      .send(page),
  );
  fastify.get('/api/docs/start.js', (_, reply) => reply.type('text/javascript').send(start));
  for (const [at, asset] of assets.entries()) {
    const type = asset.endsWith('.css') ? 'text/css' : 'text/javascript';
    fastify.get(`/api/docs/${asset}`, (_, reply) => reply.type(type).send(bodies[at]));
  }
}
