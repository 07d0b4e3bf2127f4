import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a process that runs flows of a folder must have loaded: two folders with equal tools can share a prepared process. */
export type Tools = {
  /** The SDK, and its engine: the copies that the flow itself imports, so that there is one of each in the process. */
  sdk: string;
  runtime: string;
  /** The nearest `tsconfig.json`, which decides how TypeScript is read. */
  tsconfig: string | null;
};

export function toolsOf(folder: string): Tools {
  return {
    sdk: find('@headgate/sdk', folder),
    runtime: find('@headgate/sdk/runtime', folder),
    tsconfig: nearest('tsconfig.json', folder),
  };
}

export const sameTools = (a: Tools, b: Tools): boolean => a.runtime === b.runtime && a.tsconfig === b.tsconfig;

/** The copy that code in the folder would import; ours where it has none. */
function find(module: string, folder: string): string {
  try {
    return createRequire(join(folder, 'flow.js')).resolve(module);
  } catch {
    return fileURLToPath(import.meta.resolve(module));
  }
}

function nearest(name: string, folder: string): string | null {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? null : nearest(name, dirname(folder));
}
