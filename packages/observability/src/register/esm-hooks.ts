import type { LoadFnOutput, LoadHook } from 'node:module';
import { EPILOGUE, isEsModule, isSdkModule } from './transform.js';

/** Loader hook for Node 20, which runs it on its own thread. */
export const load: LoadHook = async (url, context, nextLoad) => {
  return withEpilogue(url, await nextLoad(url, context));
};

/** The same for `module.registerHooks` of later Node versions. */
export function withEpilogue(url: string, loaded: LoadFnOutput): LoadFnOutput {
  const { source } = loaded;
  const format = loaded.format ?? formatOf(url);
  if (format !== 'module' || !source || !isSdkModule(url)) return typed(loaded, format);
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  return { ...loaded, source: text + EPILOGUE };
}

/** Deno passes no format. With a hook, it also forgets the format of a JSON file that is required. */
function formatOf(url: string): LoadFnOutput['format'] {
  if (url.endsWith('.json')) return 'json';
  return isSdkModule(url) && isEsModule(url) ? 'module' : undefined;
}

function typed(loaded: LoadFnOutput, format: LoadFnOutput['format']): LoadFnOutput {
  return loaded.format === undefined && format === 'json' ? { ...loaded, format } : loaded;
}
