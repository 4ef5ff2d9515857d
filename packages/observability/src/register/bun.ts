import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { EPILOGUE, ES_MODULE_OF_SDK, isEsModule, isSdkModule } from './transform.js';

/** What Bun has instead of Node's hooks. */
export interface Bun {
  plugin(plugin: { readonly name: string; setup(build: Build): void }): unknown;
}

interface Build {
  onLoad(
    on: { readonly filter: RegExp },
    load: (module: { readonly path: string }) => { readonly contents: string; readonly loader: 'js' },
  ): unknown;
}

export function hookBun(bun: Bun): void {
  bun.plugin({
    name: '@pmcp/observability',
    // Only for ES modules: a CommonJS module that a plugin returns exports nothing.
    setup: (build) =>
      void build.onLoad({ filter: ES_MODULE_OF_SDK }, ({ path }) => ({
        contents: extended(path),
        loader: 'js',
      })),
  });
  hookRequire();
}

interface Compiled {
  _compile(source: string, path: string): unknown;
}

type Extensions = Record<string, (module: Compiled, path: string) => unknown>;

/** Bun compiles required modules without calling `_compile`, unless it was replaced here. */
function hookRequire(): void {
  const { _extensions } = Module as unknown as { _extensions: Extensions };
  const load = _extensions['.js']!;
  _extensions['.js'] = _extensions['.cjs'] = (module, path) =>
    isSdkModule(path) && !isEsModule(path) ? module._compile(extended(path), path) : load(module, path);
}

function extended(path: string): string {
  return readFileSync(path, 'utf8') + EPILOGUE;
}
