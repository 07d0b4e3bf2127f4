import path from 'node:path';
import type { NextConfig } from 'next';

/** Where `next dev` sends what the api answers; the exported app is served by the api itself. */
const api = process.env.HEADGATE_DEV_API;

const config: NextConfig = {
  devIndicators: false,
  turbopack: { root: path.resolve(import.meta.dirname, '..') },
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
