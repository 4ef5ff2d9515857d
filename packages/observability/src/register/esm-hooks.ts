import type { LoadFnOutput, LoadHook } from 'node:module';
import { EPILOGUE, isSdkModule } from './transform.js';

/** Loader hook of Node 20, which runs it on a thread of its own. */
export const load: LoadHook = async (url, context, nextLoad) => {
  return withEpilogue(url, await nextLoad(url, context));
};

/** The same for `module.registerHooks`, which later versions of Node have. */
export function withEpilogue(url: string, loaded: LoadFnOutput): LoadFnOutput {
  if (loaded.format !== 'module' || !loaded.source || !isSdkModule(url)) return loaded;
  const { source } = loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  return { ...loaded, source: text + EPILOGUE };
}
