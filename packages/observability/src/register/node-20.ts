import { promises } from 'node:fs';
import Module from 'node:module';
import { EPILOGUE, ES_MODULE_OF_SDK } from './transform.js';

/**
 * Node 20 runs hooks for ES modules on a thread of their own, which all imports of the program then wait for: half of what the
 * toolkit takes to start. Without hooks of others, its loader reads each ES module with `fs.promises.readFile` on this thread.
 * No version of this line will come that could change it.
 */
export function canHookReads(): boolean {
  return process.versions.node.startsWith('20.') && !hasOthers() && !LOADS_DIFFERENTLY.test(options());
}

/** Options with which others load the modules, or compare what was read with what is signed. */
const LOADS_DIFFERENTLY = /--(experimental-)?(loader|policy)\b/;

function options(): string {
  return [process.env.NODE_OPTIONS, ...process.execArgv].join(' ');
}

/** Whether the thread runs already. Node loads this part of itself only for it. */
function hasOthers(): boolean {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList?: readonly string[] };
  return moduleLoadList?.includes('NativeModule internal/modules/esm/hooks') ?? true;
}

type Read = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/**
 * Adds the epilogue to what the loader reads. Programs do not notice: they name a file by its path, or ask for text.
 *
 * @param registerOurs called before another tool registers its hooks, since the loader reads on another thread then
 */
export function hookReads(registerOurs: (register: Register) => void): void {
  const files = promises as unknown as { readFile: Read };
  const read = files.readFile;
  files.readFile = function readFile(...args) {
    const reading = read.apply(this, args);
    return isOfLoader(args) ? reading.then(extended) : reading;
  };
  beforeOthers(registerOurs);
}

function isOfLoader(args: readonly unknown[]): boolean {
  const [url] = args;
  return args.length === 1 && url instanceof URL && ES_MODULE_OF_SDK.test(url.pathname);
}

function extended(source: unknown): unknown {
  return source instanceof Uint8Array ? Buffer.concat([source, Buffer.from(EPILOGUE)]) : source;
}

/** `Module.register`, of which this package uses one form. */
export type Register = (file: string, from: string) => unknown;

function beforeOthers(registerOurs: (register: Register) => void): void {
  const modules = Module as unknown as { register: Register };
  const original = modules.register;
  let isFirst = true;
  const waiting: Register = function register(this: unknown, ...args) {
    if (isFirst) {
      isFirst = false;
      registerOurs(original);
    }
    return original.apply(this, args);
  };
  modules.register = waiting;
  // Others import this function by its name.
  Module.syncBuiltinESMExports();
}
