import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { z } from 'zod';
import { envSchema } from './core/config/env.js';
import { openApiDocument } from './core/openapi/document.js';
import type { Document } from './core/openapi/open-api.js';
import { operationsPage } from './core/operations/page.js';
import { withPublishedNames } from './core/openapi/published-names.js';

/** What other programs read: they have no list of their own that could be printed. */
const settingsElsewhere = [
  [
    'HEADGATE_DATA_DIR',
    '`.headgate`',
    '`npm start`, `npm run demo`: folder of the embedded servers, the keys and the logs.',
  ],
  [
    'HEADGATE_API_URL',
    '',
    'Agent, SDK: address of the control plane; with `HEADGATE_API_KEY` it wins over `agent login`.',
  ],
  ['HEADGATE_API_KEY', '', 'Agent, SDK: the API key.'],
  ['HEADGATE_HOME', '`~/.headgate`', 'Agent, SDK: folder of the log-in and of what waits to be delivered (`spool`).'],
  ['HEADGATE_LOGS', '', 'SDK: `api` sends log lines without printing them, `off` only keeps them off the terminal.'],
  ['HEADGATE_NO_BROWSER', '', '`agent login`: anything keeps it from opening a browser.'],
] as const;

/**
 * Writes what people read of the API and of the settings, from the code that they describe. `npm run generate` calls it;
 * `generate.js FOLDER` writes there instead, to be compared.
 */
const service = path.resolve(import.meta.dirname, '..');
const root = path.resolve(process.argv[2] ?? path.join(service, '../..'));
const { version } = JSON.parse(fs.readFileSync(path.join(service, 'package.json'), 'utf8')) as { version: string };

// Nothing is connected to: the modules only have to be put together.
Object.assign(process.env, {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
  REDIS_URL: 'redis://127.0.0.1:1',
  HEADGATE_SECRET: 'not-a-secret-because-nothing-is-signed-here',
  HEADGATE_LOG_LEVEL: 'silent',
});

const { createHttpApp } = await import('./core/http/http-app.js');
const { AppModule } = await import('./app.module.js');
const app = await createHttpApp(AppModule);
await app.init();

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}
/** What Prefect publishes of its server and of its cloud: where both have a route, the server's is the law. */
const published = ['server.json', 'cloud.json'].map(
  (name) => JSON.parse(fs.readFileSync(path.join(service, 'published', name), 'utf8')) as Document,
);
const document = withPublishedNames(openApiDocument(app, version), published);
write('services/control-plane/openapi.json', `${JSON.stringify(document, null, 1)}\n`);
write(
  'services/control-plane/schema.graphql',
  `# Made by \`npm run generate\` from the code.\n${printSchema(app.get(GraphQLSchemaHost).schema)}\n`,
);
write('docs/reference/settings.md', settingsPage());
write('docs/reference/operations.md', operationsPage(app));
process.exit(0);

function settingsPage(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(envSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { description?: string; default?: unknown; enum?: string[] }>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(([name, { description = '', default: fallback, enum: values }]) => {
    const standard = required.includes(name)
      ? 'required'
      : fallback === undefined || fallback === ''
        ? ''
        : `\`${String(fallback)}\``;
    return `| \`${name}\` | ${standard} | ${description}${values ? ` One of ${values.map((value) => `\`${value}\``).join(', ')}.` : ''} |`;
  });
  const others = settingsElsewhere.map(([name, standard, meaning]) => `| \`${name}\` | ${standard} | ${meaning} |`);
  return `<!-- Made by \`npm run generate\`. -->
# Settings of the control plane

Both processes, \`api\` and \`loops\`, read them from the environment. \`npm start\` sets the required ones by itself.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}

## Settings of the programs around it

| variable | default | meaning |
| --- | --- | --- |
${others.join('\n')}
`;
}
