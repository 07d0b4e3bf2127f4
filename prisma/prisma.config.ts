import path from 'node:path';
import { defineConfig } from 'prisma/config';

// `prisma generate` wants an engine to exist but never calls it: any executable will do. So nothing is downloaded.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: path.join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: path.join(import.meta.dirname, 'migrations') },
});
