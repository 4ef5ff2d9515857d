import type { LoadFnOutput, LoadHook } from 'node:module';
import { EPILOGUE, isEsModule, isSdkModule } from './transform.js';

/** Loader hook of Node 20, which runs it on a thread of its own. */
export const load: LoadHook = async (url, context, nextLoad) => {
  return withEpilogue(url, await nextLoad(url, context));
};

/** The same for `module.registerHooks`, which later versions of Node have. */
export function withEpilogue(url: string, loaded: LoadFnOutput): LoadFnOutput {
  const { source } = loaded;
  const format = loaded.format ?? formatOf(url);
  if (format !== 'module' || !source || !isSdkModule(url)) return typed(loaded, format);
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  return { ...loaded, source: text + EPILOGUE };
}

/** Deno tells no format; and of a JSON file that somebody requires it forgets what it is where there is a hook. */
function formatOf(url: string): LoadFnOutput['format'] {
  if (url.endsWith('.json')) return 'json';
  return isSdkModule(url) && isEsModule(url) ? 'module' : undefined;
}

function typed(loaded: LoadFnOutput, format: LoadFnOutput['format']): LoadFnOutput {
  return loaded.format === undefined && format === 'json' ? { ...loaded, format } : loaded;
}
