/** Where the module that loads the SDKs finds the function to call with their server classes. */
export const HOOK = '@pmcp/observability.register';

/** The server side of both SDKs, ESM and CommonJS, wherever a package manager put it. */
const SDK_MODULE =
  /[\\/]@modelcontextprotocol[\\/](sdk[\\/]dist[\\/](esm|cjs)[\\/]server|server[\\/]dist)[\\/]/;

export function isSdkModule(path: string): boolean {
  return SDK_MODULE.test(path);
}

/**
 * Code for the end of an SDK module: it hands over the server classes that the module has, if any.
 * Both names are looked up with typeof, so that a module that lacks them goes on as if nothing were there.
 */
export const EPILOGUE = `
;try {
  const hook = globalThis[Symbol.for(${JSON.stringify(HOOK)})];
  if (typeof Server === 'function') hook?.(Server);
  if (typeof McpServer === 'function') hook?.(McpServer);
} catch {}
`;
