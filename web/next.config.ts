import { createRequire } from 'node:module';
import path from 'node:path';
import type { NextConfig } from 'next';

/** Where `next dev` sends what the api answers; the exported app is served by the api itself. */
const api = process.env.HEADGATE_DEV_API;

/** Markdown is laid out in a thread, which has no document: what would ask one for the meaning of `&amp;` takes its table. */
const entities = createRequire(createRequire(import.meta.url).resolve('react-markdown')).resolve(
  'decode-named-character-reference',
);

const config: NextConfig = {
  devIndicators: false,
  turbopack: {
    root: path.resolve(import.meta.dirname, '..'),
    resolveAlias: { 'decode-named-character-reference': `./${path.relative(import.meta.dirname, entities)}` },
  },
  ...(api
    ? {
        rewrites: () =>
          Promise.resolve([
            { source: '/graphql', destination: `${api}/graphql` },
            { source: '/api/:path*', destination: `${api}/api/:path*` },
          ]),
      }
    : { output: 'export' }),
};

export default config;
