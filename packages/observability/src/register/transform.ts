/** The global function that SDK modules call with their server classes and functions. */
export const HOOK = '@pmcp/observability.register';

/** The server modules of both SDKs, ESM and CommonJS, wherever a package manager put them. */
const SDK_MODULE =
  /[\\/]@modelcontextprotocol[\\/](sdk[\\/]dist[\\/](esm|cjs)[\\/]server|server[\\/]dist)[\\/]/;

export function isSdkModule(path: string): boolean {
  return SDK_MODULE.test(path);
}

/** The ES modules among them. */
export const ES_MODULE_OF_SDK =
  /[\\/]@modelcontextprotocol[\\/](sdk[\\/]dist[\\/]esm[\\/]server[\\/].*\.js|server[\\/]dist[\\/].*\.mjs)$/;

/** Decides by the path, since the SDKs have fixed folders. */
export function isEsModule(path: string): boolean {
  return path.endsWith('.mjs') || /[\\/]esm[\\/]/.test(path);
}

/**
 * Code for the end of an SDK module. It passes on the server classes of the module, and wraps the function that creates handlers.
 * Names are read with `typeof`, so a module without them is not affected. In an ES module, the export follows the binding; in a
 * CommonJS module, the export is assigned again.
 */
export const EPILOGUE = `
;try {
  const hook = globalThis[Symbol.for(${JSON.stringify(HOOK)})];
  if (typeof Server === 'function') hook?.server(Server);
  if (typeof McpServer === 'function') hook?.server(McpServer);
  if (typeof createMcpHandler === 'function' && hook) {
    createMcpHandler = hook.handlers(createMcpHandler);
    if (typeof exports === 'object' && exports.createMcpHandler) exports.createMcpHandler = createMcpHandler;
  }
} catch {}
`;
