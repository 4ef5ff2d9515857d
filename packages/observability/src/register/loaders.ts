import Module, { type LoadFnOutput } from 'node:module';
import { type Bun, hookBun } from './bun.js';
import { withEpilogue } from './esm-hooks.js';
import { canHookReads, hookReads, type Register } from './node-20.js';
import { canReachSdk } from './reach.js';
import { EPILOGUE, isEsModule, isSdkModule } from './transform.js';

interface ModuleInternals {
  _findPath(this: unknown, ...args: unknown[]): unknown;
  readonly prototype: {
    _compile(this: unknown, source: string, filename: string, ...rest: unknown[]): unknown;
  };
}

const internals = Module as unknown as ModuleInternals;

/**
 * Waits for a module of an SDK. What compiles a module is on the stack while it runs, and so in the errors of each program. What
 * finds its path is not.
 */
function hookCommonJs(): void {
  const find = internals._findPath;
  internals._findPath = function (...args) {
    const path = find.apply(this, args);
    if (typeof path === 'string' && isSdkModule(path)) {
      if (internals._findPath === waiting) internals._findPath = find;
      hookCompile();
    }
    return path;
  };
  const waiting = internals._findPath;
}

let isCompileHooked = false;

function hookCompile(): void {
  if (isCompileHooked) return;
  isCompileHooked = true;
  const { prototype } = internals;
  const compile = prototype._compile;
  prototype._compile = function (source, filename, ...rest) {
    // A required ES module comes here too. The loader hook already changed it.
    const isCommonJs = typeof source === 'string' && !isEsModule(filename);
    return compile.call(
      this,
      isCommonJs && isSdkModule(filename) ? source + EPILOGUE : source,
      filename,
      ...rest,
    );
  };
}

/** Node 22.15 and later have synchronous hooks. Older versions load a module of hooks on its own thread. */
interface SyncHooks {
  registerHooks?(hooks: {
    load(
      url: string,
      context: unknown,
      nextLoad: (url: string, context: unknown) => LoadFnOutput,
    ): LoadFnOutput;
  }): void;
}

function hookEsm(): void {
  const { registerHooks } = Module as unknown as SyncHooks;
  if (registerHooks) {
    registerHooks({ load: (url, context, nextLoad) => withEpilogue(url, nextLoad(url, context)) });
  } else if (canReachSdk()) {
    if (canHookReads()) hookReads(registerThread);
    else registerThread(Module.register);
  }
}

function registerThread(register: Register): void {
  register('./esm-hooks.js', import.meta.url);
}

/** Adds the epilogue to the modules of the SDKs, in each way that a module is loaded. */
export function hookLoaders(): void {
  const { Bun } = globalThis as { Bun?: Bun };
  if (Bun) {
    hookBun(Bun);
    return;
  }
  hookCommonJs();
  hookEsm();
}
