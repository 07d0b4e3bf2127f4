import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as glue from 'minijinja-js/dist/bundler/minijinja_js_bg.js';
import { withMemoryMax } from './memory-max.js';

/** Pages of 64 KiB. What asks for more ends the instance, not the process. */
const memoryPagesMax = 512;
/** Steps of a template; some milliseconds' worth. */
const fuelMax = 200_000;

const file = createRequire(import.meta.url).resolve('minijinja-js/dist/bundler/minijinja_js_bg.wasm');
const compiled = new WebAssembly.Module(withMemoryMax(readFileSync(file), memoryPagesMax));

/** What the engine would write to our standard error when it gives up; whoever asked is told in words. */
const itsLastWords = /^__wbg_error_/;
const imports = Object.fromEntries(
  Object.entries(glue).map(([name, value]) => [name, itsLastWords.test(name) ? () => undefined : value]),
);

let instance = start();

function start(): WebAssembly.Instance {
  const made = new WebAssembly.Instance(compiled, { './minijinja_js_bg.js': imports });
  glue.__wbg_set_wasm(made.exports);
  return made;
}

/** After a trap nothing in the instance can be trusted. Growing by nothing makes the glue let go of the old memory. */
function replaceInstance(): void {
  (instance.exports['memory'] as WebAssembly.Memory).grow(0);
  instance = start();
}

/** The engine has given up: the template wants more memory or stack than there is. */
export class EngineTrap extends Error {}

/** What the engine has to say about a template are plain errors; any other comes from below it. */
const isTrap = (error: unknown): boolean => error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

/** Lends an environment in which nothing is undefined enough to fail, and in which nothing runs long. */
export function withEnvironment<T>(use: (environment: glue.Environment) => T): T {
  const environment = new glue.Environment();
  environment.undefinedBehavior = 'chainable';
  environment.fuel = fuelMax;
  environment.enablePyCompat();
  try {
    return use(environment);
  } catch (error) {
    if (!isTrap(error)) throw error;
    environment.__destroy_into_raw();
    replaceInstance();
    throw new EngineTrap('The template needs too much memory.', { cause: error });
  } finally {
    if (environment.__wbg_ptr) environment.free();
  }
}
