/** The parts of the engine that wasm-bindgen keeps apart: the glue, which is given the instance to work on. */
declare module 'minijinja-js/dist/bundler/minijinja_js_bg.js' {
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
  export class Environment {
    constructor();
    /** Zero when it has been freed, or let go of. */
    readonly __wbg_ptr: number;
    __destroy_into_raw(): number;
    free(): void;
    addTemplate(name: string, source: string): void;
    renderTemplate(name: string, context: unknown): string;
    addGlobal(name: string, value: unknown): void;
    enablePyCompat(): void;
    undefinedBehavior: 'strict' | 'chainable' | 'lenient';
    fuel: number | undefined;
  }
}

/** Node has it; its types come with those of browsers, which do not belong here. */
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, object>);
    readonly exports: Exports;
  }
  interface Memory {
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
}
