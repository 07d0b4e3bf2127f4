import type { ResolveHook } from 'node:module';

/**
 * TypeScript is loaded as an ES module, also where package.json does not say `"type": "module"`. As CommonJS it would
 * get another copy of the SDK than the engine that runs it, and no flow of it would be known.
 */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const found = await next(specifier, context);
  const isTypeScript = /\.tsx?(?:[?#]|$)/.test(found.url) && !found.url.includes('/node_modules/');
  return isTypeScript ? { ...found, format: 'module' } : found;
};
